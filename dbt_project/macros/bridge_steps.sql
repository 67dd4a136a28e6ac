{#- The steps of the bridge from promised revenue to cash, in reading order: name, is it a level, tax basis, what must be loaded. The order is
   a convention: another one would share the same gap differently between the steps. -#}
{% macro bridge_steps() -%}
    {{ return([
        ('promised', true, 'ht', 'has_promises'),
        ('vat', false, 'vat', 'has_promises'),
        ('not_won', false, 'ttc', 'has_promises'),
        ('still_open', false, 'ttc', 'has_promises'),
        ('won_not_ordered', false, 'ttc', 'has_promises'),
        ('amount_change', false, 'ttc', 'has_promises'),
        ('pushed_out', false, 'ttc', 'has_promises'),
        ('pulled_in', false, 'ttc', 'has_promises'),
        ('unpromised', false, 'ttc', 'has_promises'),
        ('signed', true, 'ttc', 'true'),
        ('cancelled_or_credited', false, 'ttc', 'true'),
        ('undelivered', false, 'ttc', 'has_deliveries'),
        ('delivered_to_invoice', false, 'ttc', 'has_invoices'),
        ('over_invoiced', false, 'ttc', 'has_invoices'),
        ('invoiced_not_due', false, 'ttc', 'has_invoices'),
        ('retained', false, 'ttc', 'has_invoices'),
        ('overdue', false, 'ttc', 'has_cash'),
        ('written_off', false, 'ttc', 'has_cash'),
        ('cash_of_month_bookings', true, 'ttc', 'has_cash'),
        ('cash_of_earlier_bookings', false, 'ttc', 'has_cash'),
        ('cash_outside_crm', false, 'ttc', 'has_cash'),
        ('credit_notes_used', false, 'ttc', 'has_cash'),
        ('unapplied_cash', false, 'ttc', 'has_cash'),
        ('cash', true, 'ttc', 'has_cash'),
    ]) }}
{%- endmacro %}
