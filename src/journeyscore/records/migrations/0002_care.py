"""What people do about candidates, versions of the model, and jobs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_records"),
    ]

    operations = [
        migrations.CreateModel(
            name="Care",
            fields=[
                ("candidate", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("owner", models.BigIntegerField(db_index=True, null=True)),
                ("snoozed_until", models.DateField(null=True)),
                ("handled_at", models.DateTimeField(null=True)),
                ("handled_by", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "care",
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("asked_by", models.BigIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(null=True)),
                ("asked", models.JSONField(default=dict)),
                ("answer", models.JSONField(default=dict)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "db_table": "job",
            },
        ),
        migrations.CreateModel(
            name="ModelVersion",
            fields=[
                ("number", models.AutoField(primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("author", models.BigIntegerField(null=True)),
                ("note", models.TextField(blank=True)),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "db_table": "model_version",
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("candidate", models.CharField(db_index=True, max_length=12)),
                ("author", models.BigIntegerField(null=True)),
                ("text", models.TextField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "note",
            },
        ),
    ]
