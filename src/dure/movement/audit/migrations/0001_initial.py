import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '__first__'),
        ('campaigns', '0001_initial'),
        ('people', '0001_initial'),
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('commitment', models.CharField(max_length=64)),
                ('seed', models.BinaryField(max_length=32)),
                ('committed_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
                ('log_from', models.BigIntegerField(blank=True, null=True)),
                ('log_size', models.BigIntegerField(blank=True, null=True)),
                ('log_root', models.BinaryField(blank=True, max_length=32, null=True)),
                ('eligible_count', models.BigIntegerField(blank=True, null=True)),
                ('drawn_at', models.DateTimeField(blank=True, null=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('indicator', 'day'), name='lot_one_a_day_and_indicator'), models.CheckConstraint(condition=models.Q(('drawn_at__isnull', True), models.Q(('log_from__gte', 0), ('log_from__isnull', False), ('log_root__isnull', False), ('log_size__gte', models.F('log_from')), ('log_size__isnull', False)), _connector='OR'), name='lot_is_drawn_from_a_signed_log')],
            },
        ),
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry_index', models.BigIntegerField()),
                ('work_day', models.DateField()),
                ('chance_numerator', models.BigIntegerField()),
                ('chance_denominator', models.BigIntegerField()),
                ('claimed_milli', models.BigIntegerField()),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('checker_team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.lot')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('lot', 'entry_index'), name='draw_once_a_lot')],
            },
        ),
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('draw', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='audit.draw')),
                ('found_milli', models.BigIntegerField()),
                ('counted_at', models.DateTimeField()),
                ('confirmation_index', models.BigIntegerField(unique=True)),
                ('counted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('found_milli__gte', 0)), name='recount_is_a_count')],
            },
        ),
    ]
