import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '__first__'),
        ('people', '0001_initial'),
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Movement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=120)),
                ('charter', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=160)),
                ('summary', models.CharField(max_length=500)),
                ('timezone', models.CharField(max_length=60)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('closed', 'Closed')], default='draft', max_length=8)),
                ('synthetic_label', models.CharField(blank=True, max_length=160)),
                ('fingerprint', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closing_reason', models.CharField(blank=True, max_length=500)),
                ('two_persons', models.JSONField(default=list)),
                ('rotation', models.PositiveSmallIntegerField(default=0)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('movement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.movement')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('starts_on__lte', models.F('ends_on'))), name='campaign_starts_first'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('opened_at__isnull', True), ('state', 'draft')), models.Q(('closed_at__isnull', True), ('opened_at__isnull', False), ('state', 'open')), models.Q(('closed_at__isnull', False), ('opened_at__isnull', False), ('state', 'closed')), _connector='OR'), name='campaign_state_has_its_times')],
            },
        ),
        migrations.CreateModel(
            name='ClosingReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facts', models.TextField()),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('seal', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hours', 'Hours'), ('output', 'Output'), ('goods', 'Goods'), ('money', 'Money'), ('saving', 'Saving')], max_length=8)),
                ('code', models.SlugField()),
                ('name', models.CharField(max_length=120)),
                ('unit', models.CharField(max_length=20)),
                ('unit_note', models.CharField(blank=True, max_length=200)),
                ('aggregation', models.CharField(choices=[('sum', 'Sum'), ('last', 'Last'), ('people', 'People'), ('coverage', 'Coverage')], default='sum', max_length=8)),
                ('daily_norm_milli', models.BigIntegerField(blank=True, null=True)),
                ('changed_note', models.CharField(blank=True, max_length=300)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('continues', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
                ('saves', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'code'), name='indicator_once_a_campaign')],
            },
        ),
        migrations.CreateModel(
            name='Break',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('rest', 'Rest'), ('pause', 'Pause')], max_length=8)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField(blank=True, null=True)),
                ('reason', models.CharField(max_length=500)),
                ('stated_at', models.DateTimeField()),
                ('stated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'kind', 'first_day'), name='break_once_a_day'), models.CheckConstraint(condition=models.Q(('last_day__isnull', True), ('first_day__lte', models.F('last_day')), _connector='OR'), name='break_starts_first')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('split', models.CharField(choices=[('stated', 'Stated'), ('population', 'Population'), ('capacity', 'Capacity'), ('need', 'Need')], default='stated', max_length=10)),
                ('starts_on', models.DateField()),
                ('plan_milli', models.BigIntegerField()),
                ('baseline_milli', models.BigIntegerField(blank=True, null=True)),
                ('baseline_grade', models.CharField(choices=[('claimed', 'Claimed'), ('verified', 'Verified')], default='claimed', max_length=8)),
                ('baseline_lower_milli', models.BigIntegerField(blank=True, null=True)),
                ('rated_capacity_milli', models.BigIntegerField(blank=True, null=True)),
                ('deadline', models.DateField()),
                ('source', models.CharField(max_length=200)),
                ('source_date', models.DateField()),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.target')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('team__isnull', True)), fields=('indicator', 'area', 'starts_on'), name='target_once_an_area'), models.UniqueConstraint(condition=models.Q(('team__isnull', False)), fields=('indicator', 'team', 'starts_on'), name='target_once_a_team'), models.CheckConstraint(condition=models.Q(('starts_on__lte', models.F('deadline'))), name='target_starts_first'), models.CheckConstraint(condition=models.Q(('plan_milli__gt', 0)), name='target_plan_is_positive')],
            },
        ),
        migrations.CreateModel(
            name='Plea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan_milli', models.BigIntegerField()),
                ('wanted_milli', models.BigIntegerField()),
                ('why', models.CharField(max_length=1000)),
                ('asked_at', models.DateTimeField()),
                ('answer_by', models.DateField()),
                ('answer', models.CharField(choices=[('open', 'Open'), ('agreed', 'Agreed'), ('declined', 'Declined')], default='open', max_length=8)),
                ('answer_words', models.CharField(blank=True, max_length=1000)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.target')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('answer', 'open')), fields=('target',), name='plea_one_open_a_target'), models.CheckConstraint(condition=models.Q(('wanted_milli__gt', 0)), name='plea_is_positive')],
            },
        ),
    ]
