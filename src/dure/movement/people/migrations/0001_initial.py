import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('code', models.CharField(max_length=14, unique=True)),
                ('name', models.CharField(blank=True, max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=40)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('area', 'name'), name='team_name_once_an_area')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('given_name', models.CharField(db_index=True, max_length=80)),
                ('birth_year', models.PositiveSmallIntegerField()),
                ('home_lat', models.FloatField()),
                ('home_lon', models.FloatField()),
                ('travel_limit_m', models.PositiveIntegerField()),
                ('languages', models.JSONField(default=list)),
                ('refuses', models.JSONField(default=list)),
                ('prefers', models.JSONField(default=list)),
                ('physical_max', models.PositiveSmallIntegerField(default=2)),
                ('long_shift_wish', models.BooleanField(default=False)),
                ('shifts_max', models.PositiveSmallIntegerField(default=1)),
                ('guardian_agreed_at', models.DateTimeField(blank=True, null=True)),
                ('waiting_since', models.DateTimeField()),
                ('language', models.CharField(default='en', max_length=12)),
                ('channel', models.CharField(blank=True, db_default='', default='', max_length=8)),
                ('lapses_on', models.DateField(blank=True, null=True)),
                ('synthetic', models.BooleanField(default=False)),
                ('registered_as', models.BinaryField(max_length=32)),
                ('hides_name', models.BooleanField(db_default=False, default=False)),
                ('link_version', models.PositiveSmallIntegerField(default=1)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.group')),
            ],
            options={
                'indexes': [models.Index(fields=['home_lat', 'home_lon', 'travel_limit_m'], name='person_by_home'), models.Index(condition=models.Q(('lapses_on__isnull', False)), fields=['lapses_on'], name='person_unconfirmed')],
                'constraints': [models.CheckConstraint(condition=models.Q(('home_lat__gte', -90), ('home_lat__lte', 90), ('home_lon__gte', -180), ('home_lon__lte', 180)), name='person_home_is_on_earth'), models.CheckConstraint(condition=models.Q(('travel_limit_m__lte', 300000)), name='person_travel_limit_is_a_day_trip'), models.CheckConstraint(condition=models.Q(('physical_max__lte', 3)), name='person_physical_max_is_0_to_3'), models.CheckConstraint(condition=models.Q(('shifts_max__gte', 1), ('shifts_max__lte', 3)), name='person_shifts_max_is_1_to_3')],
            },
        ),
        migrations.CreateModel(
            name='TeamNumber',
            fields=[
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='people.team')),
                ('cipher', models.BinaryField()),
                ('stated_by', models.BigIntegerField()),
                ('stated_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Guardian',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='people.person')),
                ('cipher', models.BinaryField()),
                ('contact_hash', models.BinaryField(db_index=True, max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Reserve',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='people.person')),
                ('profession', models.CharField(blank=True, db_index=True, max_length=40)),
                ('joined_at', models.DateTimeField()),
                ('consent_until', models.DateField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='FreeSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(db_index=True)),
                ('ends_at', models.DateTimeField()),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='free_span_starts_first'), models.UniqueConstraint(fields=('person', 'starts_at'), name='free_span_once')],
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('skill', 'Skill'), ('cover', 'Cover'), ('briefing', 'Briefing'), ('clearance', 'Clearance')], max_length=10)),
                ('code', models.CharField(max_length=40)),
                ('evidence', models.CharField(max_length=120)),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'kind', 'code'), name='credential_once_a_person'), models.CheckConstraint(condition=models.Q(('evidence', ''), _negated=True), name='credential_has_evidence')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('email', 'e-mail'), ('sms', 'SMS'), ('push', 'web push')], max_length=8)),
                ('cipher', models.BinaryField()),
                ('contact_hash', models.BinaryField(db_index=True, max_length=32)),
                ('shown_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='contact_one_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40)),
                ('wording', models.CharField(max_length=40)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('person', 'purpose'), name='consent_stands_once_a_purpose')],
            },
        ),
        migrations.CreateModel(
            name='Alike',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.JSONField(default=list)),
                ('found_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.BigIntegerField(blank=True, null=True)),
                ('is_same', models.BooleanField(blank=True, null=True)),
                ('asked', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'other'), name='alike_once_a_pair'), models.CheckConstraint(condition=models.Q(('person__lt', models.F('other'))), name='alike_lower_id_first')],
            },
        ),
        migrations.CreateModel(
            name='LinkOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(db_index=True)),
                ('browser', models.CharField(max_length=40)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
        ),
    ]
