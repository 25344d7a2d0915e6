WITH classified AS (
  SELECT
    COALESCE(i.candidate, e.person) AS candidate,
    CASE WHEN e.name = 'form_submitted' THEN 0 WHEN e.name = 'ad_clicked' THEN 1 END AS touchpoint,
    e.day,
    e.occurred_at
  FROM events AS e
  LEFT JOIN identity AS i
    ON e.person = i.person
  WHERE
    e.day <= CAST('2026-11-23' AS DATE)
    AND NOT e.machine
    AND (
      NOT i.candidate IS NULL OR e.person LIKE 'c%'
    )
), hits AS (
  SELECT
    c.candidate,
    COALESCE(p.slot, 0) AS slot,
    COUNT(*) AS hits,
    COUNT(p.seen) AS seen,
    CAST(SUM(p.unit) AS BIGINT) AS worth,
    NULL AS first_units,
    MAX(c.occurred_at) AS last_event_at
  FROM classified AS c
  LEFT JOIN points AS p
    ON c.touchpoint = p.touchpoint AND c.day = p.day
  GROUP BY
    c.candidate,
    COALESCE(p.slot, 0)
), counted AS (
  SELECT
    h.candidate,
    h.slot,
    s.touchpoint,
    s.name,
    s.day,
    s.group_no,
    s.unit,
    s.live,
    s.kind,
    h.hits,
    h.seen,
    h.worth AS worth,
    h.last_event_at,
    CASE WHEN s.most IS NULL THEN h.hits ELSE LEAST(h.hits, s.most) END AS counted
  FROM hits AS h
  JOIN slots AS s
    ON h.slot = s.slot
  WHERE
    TRUE
), lines AS (
  SELECT
    c.candidate,
    c.slot,
    c.touchpoint,
    c.name,
    c.day,
    c.group_no,
    c.live,
    c.kind,
    c.hits,
    c.seen,
    c.last_event_at,
    c.counted * 1000 AS counted_thousandths,
    CASE c.kind
      WHEN 'each'
      THEN c.counted * c.unit
      WHEN 'tier'
      THEN CAST(0 AS BIGINT)
      ELSE COALESCE(c.worth, CAST(0 AS BIGINT))
    END AS millipoints
  FROM counted AS c
), totals AS (
  SELECT
    candidate,
    CAST(SUM(CASE WHEN group_no = 0 THEN millipoints ELSE CAST(0 AS BIGINT) END) AS BIGINT) AS group_0,
    CAST(SUM(seen) AS BIGINT) AS evidence,
    MAX(last_event_at) AS last_event_at
  FROM lines
  GROUP BY
    candidate
), summed AS (
  SELECT
    *,
    group_0 AS uncut
  FROM totals
), cut AS (
  SELECT
    *,
    GREATEST(uncut, CAST(0 AS BIGINT)) AS millipoints
  FROM summed
)
SELECT
  candidate,
  millipoints,
  CASE
    WHEN evidence < CAST(1 AS BIGINT)
    THEN 'unknown'
    WHEN millipoints >= CAST(30000 AS BIGINT)
    THEN 'engaged'
    ELSE 'a_little'
  END AS band,
  evidence,
  last_event_at
FROM cut;
