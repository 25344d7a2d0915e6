from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_tracked_links"),
    ]

    operations = [
        migrations.CreateModel(
            name="Destination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=10)),
                ("address", models.TextField()),
                ("signing", models.TextField(blank=True)),
                ("old_signing", models.TextField(blank=True)),
                ("old_until", models.DateTimeField(null=True)),
                ("digest", models.BooleanField(default=False)),
                ("quiet", models.BooleanField(default=True)),
                ("names", models.BooleanField(default=False)),
                ("on", models.BooleanField(default=True)),
                ("off_reason", models.JSONField(default=dict)),
                ("made_by", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
            ],
            options={"db_table": "destination"},
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("once", models.CharField(max_length=200)),
                ("destination", models.BigIntegerField()),
                ("candidate", models.CharField(db_index=True, max_length=12, null=True)),
                ("topic", models.CharField(max_length=100)),
                ("data", models.JSONField(default=dict)),
                ("due", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("tries", models.IntegerField(default=0)),
                ("error", models.JSONField(default=dict)),
                ("ended_at", models.DateTimeField(null=True)),
                ("digest", models.BigIntegerField(db_index=True, null=True)),
            ],
            options={
                "db_table": "message",
                "indexes": [
                    models.Index(fields=["state", "due"], name="message_due"),
                    models.Index(fields=["destination", "candidate", "state"], name="message_order"),
                ],
                "constraints": [models.UniqueConstraint(fields=("once", "destination"), name="message_once")],
            },
        ),
    ]
