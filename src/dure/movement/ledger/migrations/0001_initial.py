
import django.db.models.deletion
import django.db.models.expressions
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
            name='LogDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('first_index', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Said',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('standing_milli', models.BigIntegerField()),
                ('is_withdrawn', models.BooleanField(default=False)),
                ('grades', models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='SealedId',
            fields=[
                ('client_id', models.UUIDField(primary_key=True, serialize=False)),
                ('index', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Witness',
            fields=[
                ('name', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('verifier_key', models.CharField(max_length=300, unique=True)),
                ('url', models.CharField(blank=True, max_length=300)),
                ('trusted_at_ms', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='LogOrigin',
            fields=[
                ('number', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('origin', models.CharField(max_length=200, unique=True)),
                ('statement', models.TextField()),
                ('first_note', models.TextField()),
                ('base_size', models.BigIntegerField()),
                ('base_root', models.BinaryField(max_length=32)),
                ('kept_size', models.BigIntegerField()),
                ('lost_end', models.BigIntegerField()),
                ('started_at_ms', models.BigIntegerField()),
                ('time_signature', models.BinaryField(max_length=64)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('base_size__gte', models.F('kept_size')), ('lost_end__gt', models.F('kept_size'))), name='log_origin_kept_what_stands')],
            },
        ),
        migrations.CreateModel(
            name='SealedDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('first_index', models.BigIntegerField(unique=True)),
                ('end_index', models.BigIntegerField()),
                ('state', models.PositiveSmallIntegerField(choices=[(1, 'Sealed'), (2, 'Dropping'), (3, 'Dropped'), (4, 'Restoring')])),
                ('note', models.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['state'], name='sealed_day_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('end_index__gt', models.F('first_index'))), name='sealed_day_holds_entries'), models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='sealed_day_is_signed')],
            },
        ),
        migrations.CreateModel(
            name='Seen',
            fields=[
                ('pk', models.CompositePrimaryKey('campaign_id', 'indicator_id', 'team_id', 'area_id', 'person_key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('person_key', models.UUIDField()),
                ('n', models.BigIntegerField()),
                ('area', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('indicator', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
                ('team', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
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
                ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('indicator', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'team', 'area', 'indicator', 'work_day'), name='rollup_once_a_cell')],
            },
        ),
        migrations.CreateModel(
            name='Stock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_milli', models.BigIntegerField(default=0)),
                ('issued_milli', models.BigIntegerField(default=0)),
                ('lost_milli', models.BigIntegerField(default=0)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('indicator', 'area'), name='stock_once_a_place'), models.CheckConstraint(condition=models.Q(('issued_milli__gte', 0), ('lost_milli__gte', 0), ('received_milli__gte', django.db.models.expressions.CombinedExpression(models.F('issued_milli'), '+', models.F('lost_milli')))), name='stock_is_not_below_zero')],
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=200)),
                ('size', models.BigIntegerField()),
                ('line', models.TextField()),
                ('cosigned_at_s', models.BigIntegerField()),
                ('witness', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ledger.witness')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('origin', 'size', 'witness'), name='cosignature_once_a_witness')],
            },
        ),
    ]
