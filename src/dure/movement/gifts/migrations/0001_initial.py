import django.db.models.deletion
import django.db.models.expressions
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
            name='GiftOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('fingerprint', models.CharField(max_length=64)),
                ('donor_name', models.CharField(blank=True, max_length=80)),
                ('item', models.CharField(max_length=120)),
                ('quantity_milli', models.BigIntegerField()),
                ('offered_at', models.DateTimeField()),
                ('received_milli', models.BigIntegerField(default=0)),
                ('issued_milli', models.BigIntegerField(default=0)),
                ('lost_milli', models.BigIntegerField(default=0)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity_milli__gt', 0)), name='offer_is_positive'), models.CheckConstraint(condition=models.Q(('issued_milli__gte', 0), ('lost_milli__gte', 0), ('received_milli__gte', django.db.models.expressions.CombinedExpression(models.F('issued_milli'), '+', models.F('lost_milli')))), name='gift_stock_is_not_below_zero')],
            },
        ),
        migrations.CreateModel(
            name='GiftRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('fingerprint', models.CharField(max_length=64)),
                ('item', models.CharField(max_length=120)),
                ('quantity_milli', models.BigIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity_milli__gt', 0)), name='request_is_positive')],
            },
        ),
        migrations.CreateModel(
            name='GiftMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('fingerprint', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('received', 'Received'), ('issued', 'Issued'), ('lost', 'Lost')], max_length=8)),
                ('quantity_milli', models.BigIntegerField()),
                ('entry_index', models.BigIntegerField(unique=True)),
                ('at', models.DateTimeField()),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gifts.giftmove')),
                ('keeper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second_keeper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gifts.giftoffer')),
                ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gifts.giftrequest')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity_milli__gt', 0), ('corrects__isnull', False), _connector='OR'), name='gift_move_is_positive'), models.CheckConstraint(condition=models.Q(('keeper', models.F('second_keeper')), _negated=True), name='gift_move_has_two_keepers')],
            },
        ),
        migrations.CreateModel(
            name='GiftReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('fingerprint', models.CharField(max_length=64)),
                ('found_milli', models.BigIntegerField()),
                ('said', models.CharField(blank=True, max_length=500)),
                ('thanks', models.CharField(blank=True, max_length=500)),
                ('thanks_shown', models.BooleanField(default=False)),
                ('entry_index', models.BigIntegerField(unique=True)),
                ('at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('move', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gifts.giftmove')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('found_milli__gte', 0)), name='gift_receipt_is_a_count')],
            },
        ),
    ]
