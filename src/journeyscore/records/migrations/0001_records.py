"""The first tables."""

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """People, links, imports, counts, tombstones."""

    initial = True

    dependencies: ClassVar[list[Any]] = []

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("file_name", models.TextField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("source", models.TextField()),
                ("mapping", models.CharField(max_length=64)),
                ("started", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                ("parts", models.IntegerField(default=0)),
                ("last_row", models.BigIntegerField(default=0)),
                ("received", models.BigIntegerField(default=0)),
                ("accepted", models.BigIntegerField(default=0)),
                ("duplicate", models.BigIntegerField(default=0)),
                ("refused", models.BigIntegerField(default=0)),
                ("reasons", models.JSONField(default=dict)),
                ("refused_file", models.TextField(default="")),
            ],
            options={
                "db_table": "import",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("pseudonym", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("key", models.TextField(db_index=True)),
                ("email", models.TextField(db_index=True, null=True)),
                ("phone", models.TextField(null=True)),
                ("name", models.TextField(null=True)),
                ("first_seen", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "person",
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("pseudonym", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("erased_at", models.DateTimeField()),
            ],
            options={
                "db_table": "tombstone",
            },
        ),
        migrations.CreateModel(
            name="IntakeCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.TextField()),
                ("day", models.DateField()),
                ("outcome", models.CharField(max_length=40)),
                ("rows", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "intake_count",
                "constraints": [models.UniqueConstraint(fields=("source", "day", "outcome"), name="intake_count_once")],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=12)),
                ("candidate", models.CharField(db_index=True, max_length=12)),
                ("since", models.DateTimeField()),
                ("made_by", models.CharField(max_length=10)),
                ("made_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "link",
                "constraints": [models.UniqueConstraint(fields=("person", "candidate"), name="link_once")],
            },
        ),
    ]
