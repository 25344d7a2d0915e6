"""The dictionary of standard event names in recruitment, and other spellings of them."""

from dataclasses import dataclass

from journeyscore.domain.model import Label, Stage


@dataclass(frozen=True, slots=True)
class EventName:
    """A standard name: the stage it usually belongs to (None: to none in particular), its meaning."""

    name: str
    stage: Stage | None
    label: Label
    meaning: str


def _event(name: str, stage: Stage | None, en: str, nl: str, meaning: str) -> EventName:
    return EventName(name, stage, Label(en, nl), meaning)


EVENT_NAMES: tuple[EventName, ...] = (
    _event("ad_viewed", Stage.AWARE, "Saw an advertisement", "Advertentie gezien", "an advertisement was shown"),
    _event(
        "ad_clicked",
        Stage.AWARE,
        "Clicked an advertisement",
        "Op een advertentie geklikt",
        "a click on a paid post or banner",
    ),
    _event("social_post_liked", Stage.AWARE, "Liked a post", "Bericht geliket", "a like or another one-tap reaction"),
    _event("social_post_shared", Stage.AWARE, "Shared a post", "Bericht gedeeld", "shared with others, by name"),
    _event(
        "social_post_commented", Stage.AWARE, "Commented on a post", "Op een bericht gereageerd", "wrote a reaction"
    ),
    _event("video_watched", Stage.AWARE, "Watched a video", "Video bekeken", "watched a video, or most of it"),
    _event("page_viewed", Stage.AWARE, "Viewed a page", "Pagina bekeken", "a page of the career site"),
    _event("screen_viewed", Stage.AWARE, "Viewed a screen", "Scherm bekeken", "a screen of an app"),
    _event("vacancy_viewed", Stage.INTERESTED, "Viewed a vacancy", "Vacature bekeken", "the page of one vacancy"),
    _event(
        "vacancy_saved", Stage.INTERESTED, "Saved a vacancy", "Vacature bewaard", "kept or shared a vacancy for later"
    ),
    _event(
        "job_alert_created",
        Stage.INTERESTED,
        "Set a job alert",
        "Job alert ingesteld",
        "asked for new vacancies by mail",
    ),
    _event(
        "form_started", Stage.INTERESTED, "Started a form", "Formulier begonnen", "began a form that is no application"
    ),
    _event(
        "form_field_filled",
        Stage.INTERESTED,
        "Filled in a field",
        "Veld ingevuld",
        "one field of any form (`properties.field`)",
    ),
    _event(
        "form_submitted",
        Stage.INTERESTED,
        "Completed a form",
        "Formulier ingevuld",
        "sent a form that is no application",
    ),
    _event("form_abandoned", Stage.INTERESTED, "Left a form", "Formulier afgebroken", "left a form unsent"),
    _event("mail_sent", None, "Was sent a mail", "Mail gestuurd", "the employer's mail left"),
    _event("mail_delivered", None, "Got a mail", "Mail ontvangen", "the employer's mail arrived"),
    _event(
        "mail_opened", None, "Opened a mail", "Mail geopend", "an open pixel loaded: unreliable, 0 points by default"
    ),
    _event("mail_clicked", Stage.INTERESTED, "Clicked in a mail", "In een mail geklikt", "followed a link in a mail"),
    _event("mail_replied", Stage.INTERESTED, "Replied to a mail", "Mail beantwoord", "wrote back"),
    _event("mail_bounced", None, "Mail bounced", "Mail kwam terug", "a mail could not be delivered"),
    _event("unsubscribed", None, "Unsubscribed", "Uitgeschreven", "wants no more mails"),
    _event("chat_started", Stage.INTERESTED, "Started a chat", "Chat gestart", "a chat on the career site"),
    _event(
        "message_received",
        Stage.INTERESTED,
        "Sent a message",
        "Bericht gestuurd",
        "a WhatsApp, SMS or other message from the candidate",
    ),
    _event("call_held", Stage.INTERESTED, "Talked on the phone", "Gebeld", "a telephone call with the candidate"),
    _event(
        "recruiter_talked",
        Stage.INTERESTED,
        "Talked with a recruiter",
        "Gesprek met recruiter",
        "a talk that is no job interview",
    ),
    _event(
        "event_registered",
        Stage.INTERESTED,
        "Registered for an event",
        "Aangemeld voor event",
        "registered for a career day, webinar ...",
    ),
    _event("event_attended", Stage.INTERESTED, "Came to an event", "Event bezocht", "was there"),
    _event("referral_made", Stage.INTERESTED, "Referred somebody", "Iemand aangedragen", "recommended another person"),
    _event(
        "group_joined", Stage.INTERESTED, "Joined a group", "Bij groep gevoegd", "was put into a group or talent pool"
    ),
    _event(
        "application_started",
        Stage.APPLYING,
        "Started an application",
        "Sollicitatie begonnen",
        "opened the application form and began",
    ),
    _event("cv_uploaded", Stage.APPLYING, "Uploaded a CV", "Cv geüpload", "added a CV to an application"),
    _event("application_submitted", Stage.APPLYING, "Applied", "Gesolliciteerd", "sent an application"),
    _event(
        "application_abandoned",
        Stage.APPLYING,
        "Left an application",
        "Sollicitatie afgebroken",
        "left an application unsent",
    ),
    _event(
        "reply_received", Stage.APPLYING, "Got a reply", "Antwoord gekregen", "the employer answered an application"
    ),
    _event(
        "recruiter_assigned",
        Stage.SELECTION,
        "Recruiter assigned",
        "Recruiter toegewezen",
        "somebody takes care of the application",
    ),
    _event(
        "vacancy_assigned",
        Stage.SELECTION,
        "Vacancy assigned",
        "Vacature toegewezen",
        "an open application was tied to a vacancy",
    ),
    _event("screening_done", Stage.SELECTION, "Screened", "Voorselectie gedaan", "the application was read"),
    _event(
        "references_checked", Stage.SELECTION, "References checked", "Referenties nagetrokken", "references were asked"
    ),
    _event(
        "manager_consulted",
        Stage.SELECTION,
        "Manager consulted",
        "Met manager besproken",
        "discussed with the hiring manager",
    ),
    _event(
        "assessment_completed",
        Stage.SELECTION,
        "Completed an assessment",
        "Assessment afgerond",
        "a test or case was finished",
    ),
    _event(
        "interview_invited",
        Stage.SELECTION,
        "Invited for an interview",
        "Uitgenodigd voor interview",
        "the invitation left",
    ),
    _event("interview_held", Stage.SELECTION, "Had an interview", "Interview gehad", "the interview took place"),
    _event("offer_made", Stage.OFFER, "Got an offer", "Aanbod gekregen", "a contract was offered"),
    _event("offer_accepted", Stage.OFFER, "Accepted the offer", "Aanbod geaccepteerd", "said yes"),
    _event("offer_declined", Stage.OFFER, "Declined the offer", "Aanbod afgewezen", "said no"),
    _event("hired", Stage.HIRED, "Hired", "Aangenomen", "signed"),
    _event(
        "rejected",
        Stage.SELECTION,
        "Was turned down",
        "Afgewezen",
        "the employer said no; never a reason for fewer points",
    ),
    _event("withdrawn", Stage.SELECTION, "Withdrew", "Teruggetrokken", "the candidate took back the application"),
    _event("survey_sent", None, "Was sent a survey", "Vragenlijst gestuurd", "was asked for feedback"),
    _event("survey_answered", None, "Answered a survey", "Vragenlijst ingevuld", "gave feedback"),
    _event("consent_given", None, "Gave consent", "Toestemming gegeven", "agreed to a purpose"),
    _event("consent_withdrawn", None, "Withdrew consent", "Toestemming ingetrokken", "no longer agrees"),
    _event("identified", None, "Became known", "Bekend geworden", "a visitor turned out to be a candidate"),
    _event("aliased", None, "Was known before", "Al eerder bekend", "a candidate turned out to be another one"),
)

SPELLINGS: dict[str, str] = {
    "ad_viewed": "ad_view ad_impression impression_served advertentie_gezien",
    "ad_clicked": "ad_click click_ad clicked_ad click_on_ad clicked_on_ad clicked_an_ad advertisement_clicked "
    "advertentie_geklikt klik_op_advertentie advertentie_aangeklikt advertentieklik social_ad_clicked social_ad_click",
    "social_post_liked": "post_liked social_like like_post post_geliket bericht_geliket",
    "social_post_shared": "post_shared social_share share_post bericht_gedeeld",
    "social_post_commented": "post_commented social_comment comment_post bericht_gereageerd",
    "video_watched": "video_viewed video_view video_complete video_completed watch_video video_bekeken video_played",
    "page_viewed": "page_view pageview view_page viewed_page page_visited page_visit landing_page_visited "
    "pagina_bekeken paginaweergave pagina_bezocht",
    "screen_viewed": "screen_view view_screen scherm_bekeken",
    "vacancy_viewed": "vacancy_view view_vacancy viewed_vacancy job_viewed job_view view_job job_posting_viewed "
    "view_job_posting job_post_viewed job_detail_viewed vacature_bekeken vacature_bezocht job_visit vacancy_visited",
    "vacancy_saved": "save_vacancy job_saved save_job vacature_bewaard vacature_opgeslagen",
    "job_alert_created": "create_job_alert job_alert job_alert_signup job_alert_subscribed job_alert_ingesteld "
    "jobalert_aangemaakt job_alert_aangemaakt vacature_alert",
    "form_started": "form_start start_form started_form formulier_gestart formulier_begonnen",
    "form_field_filled": "form_field_completed field_filled field_completed veld_ingevuld",
    "form_submitted": "form_submit submit_form submitted_form form_completed completed_form complete_form form_sent "
    "form_submission form_fill formulier_ingevuld formulier_verstuurd formulier_verzonden contact_form_submitted",
    "form_abandoned": "form_abandon abandoned_form formulier_afgebroken",
    "mail_sent": "email_sent sent_email send_email mail_send mail_verstuurd mail_verzonden",
    "mail_delivered": "email_delivered email_delivery mail_afgeleverd",
    "mail_opened": "nieuwsbrief_geopend newsletter_opened opened_newsletter "
    "email_opened email_open open_email opened_email mail_open open_mail mail_geopend email_geopend",
    "mail_clicked": "nieuwsbrief_geklikt newsletter_clicked clicked_newsletter "
    "email_clicked email_click click_email clicked_email email_link_clicked mail_click "
    "mail_link_clicked mail_geklikt klik_in_mail clicked_link_in_email",
    "mail_replied": "email_replied email_reply replied_to_email mail_beantwoord",
    "mail_bounced": "email_bounced email_bounce mail_bounce",
    "unsubscribed": "unsubscribe email_unsubscribed mail_unsubscribed uitgeschreven afgemeld_nieuwsbrief",
    "chat_started": "chat_start start_chat started_chat chat_gestart",
    "message_received": "whatsapp_received whatsapp_message_received sms_received inbound_message bericht_ontvangen",
    "call_held": "phone_call phone_call_held call_completed gebeld telefoongesprek",
    "recruiter_talked": "talk_with_recruiter talked_with_recruiter talked_to_recruiter recruiter_talk recruiter_call "
    "conversation_with_recruiter recruiter_conversation gesprek_met_recruiter gesprek_recruiter recruiter_gesproken",
    "event_registered": "event_registration register_event registered_for_event event_aangemeld aangemeld_voor_event",
    "event_attended": "attend_event attended_event event_attendance event_bezocht career_event_attended "
    "open_dag_bezocht",
    "referral_made": "referral_created candidate_referred aangedragen",
    "application_started": "application_start start_application started_application apply_started apply_clicked "
    "click_apply_button apply_button_clicked click_apply sollicitatie_gestart sollicitatie_begonnen",
    "cv_uploaded": "resume_upload resume_uploaded cv_upload upload_cv upload_resume cv_geupload",
    "application_submitted": "application_submit submit_application submitted_application application_sent "
    "application_created application_completed application_received new_candidate_application new_application "
    "applied apply_submitted gesolliciteerd sollicitatie sollicitatie_verstuurd sollicitatie_verzonden "
    "sollicitatie_ontvangen sollicitatie_ingediend application_submission",
    "application_abandoned": "application_abandon abandoned_application sollicitatie_afgebroken",
    "screening_done": "screening first_screening screened screening_completed voorselectie",
    "assessment_completed": "assessment complete_assessment assessment_done assessment_afgerond",
    "interview_invited": "invite_for_interview interview_scheduled interview_invitation invited_for_interview "
    "uitgenodigd_voor_interview uitnodiging_interview interview_gepland",
    "interview_held": "interview_completed conduct_interview interview_conducted interview_done interview_gehad "
    "sollicitatiegesprek sollicitatiegesprek_gevoerd interview_gehouden",
    "offer_made": "offer_created make_job_offer job_offer_made offer_sent offer_extended aanbod_gedaan aanbod_gekregen",
    "offer_accepted": "accept_offer accepted_offer job_offer_accepted aanbod_geaccepteerd",
    "offer_declined": "decline_offer declined_offer job_offer_declined offer_rejected aanbod_afgewezen",
    "hired": "hire candidate_hired hire_candidate candidate_hire aangenomen offer_accepted_and_hired",
    "rejected": "reject_candidate candidate_rejected application_rejected rejection_sent send_rejection afgewezen",
    "withdrawn": "application_withdrawn candidate_withdrawn withdrew withdraw_application teruggetrokken "
    "sollicitatie_ingetrokken",
    "survey_sent": "send_survey survey_invitation_sent enquete_verstuurd",
    "survey_answered": "survey_completed survey_submitted survey_response survey_responded enquete_ingevuld "
    "vragenlijst_ingevuld",
    "reply_received": "reply_sent antwoord_gekregen antwoord_ontvangen",
    "group_joined": "joined_group join_group added_to_group",
    "recruiter_assigned": "assign_recruiter recruiter_toegewezen",
    "vacancy_assigned": "assign_vacancy job_assigned vacature_toegewezen",
    "references_checked": "check_references reference_check reference_check_completed referenties_nagetrokken",
    "manager_consulted": "consult_manager manager_geraadpleegd",
    "consent_given": "consent_granted give_consent toestemming_gegeven",
    "consent_withdrawn": "consent_revoked withdraw_consent revoke_consent toestemming_ingetrokken",
}
"""Other spellings that can mean nothing else, in the normalised form, by standard name."""

ALIASES: dict[str, str] = {alias: name for name, spellings in SPELLINGS.items() for alias in spellings.split()}
