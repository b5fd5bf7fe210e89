
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('campaigns', '0001_initial'),
        ('needs', '0001_initial'),
        ('people', '0001_initial'),
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('root', models.BinaryField(max_length=32)),
                ('note', models.TextField()),
                ('signed_at_ms', models.BigIntegerField()),
                ('time_signature', models.BinaryField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Tile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('number', models.BigIntegerField()),
                ('hashes', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('level', 'number'), name='tile_once')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('client_id', models.UUIDField(unique=True)),
                ('kind', models.PositiveSmallIntegerField()),
                ('grade', models.PositiveSmallIntegerField()),
                ('work_day', models.DateField()),
                ('quantity_milli', models.BigIntegerField()),
                ('points_at', models.BigIntegerField(blank=True, null=True)),
                ('recorded_at_ms', models.BigIntegerField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('person_key', models.UUIDField(blank=True, db_index=True, null=True)),
                ('person_commitment', models.BinaryField(max_length=32)),
                ('entry_salt', models.BinaryField(max_length=16)),
                ('leaf_hash', models.BinaryField(max_length=32)),
                ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('indicator', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
                ('post', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='needs.post')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'team', 'work_day'], name='entry_by_team_day'), models.Index(fields=['indicator', 'work_day'], name='entry_by_indicator_day'), models.Index(condition=models.Q(('points_at__isnull', False)), fields=['points_at'], name='entry_by_points_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('index__gte', 0)), name='entry_index_is_a_count')],
            },
        ),
        migrations.CreateModel(
            name='PersonKey',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('salt', models.BinaryField(max_length=16)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'campaign'), name='person_key_one_a_campaign')],
            },
        ),
        migrations.CreateModel(
            name='Rollup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('work_day', models.DateField()),
                ('n', models.BigIntegerField(default=0)),
                ('quantity_milli', models.BigIntegerField(default=0)),
                ('out_milli', models.BigIntegerField(default=0)),
                ('n_recounted', models.BigIntegerField(default=0)),
                ('recounted_milli', models.BigIntegerField(default=0)),
                ('recounted_claim_milli', models.BigIntegerField(default=0)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'team', 'area', 'indicator', 'work_day'), name='rollup_once_a_cell')],
            },
        ),
    ]
