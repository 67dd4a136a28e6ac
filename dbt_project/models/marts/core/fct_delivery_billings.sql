-- The euros of an order are laid end to end on a line, cut wherever one of its steps ends. A band of the line is
-- billable, or invoiced, as long as the running sum is above it: so the oldest delivery meets the oldest invoice, a
-- return undoes the last delivery, and a rebill the last invoice.
with

steps as (
    select
        *,
        reached_ttc > left_ttc as is_rise
    from {{ ref('prep_order_steps') }}
    where reached_ttc <> left_ttc
),

orders as (
    select * from {{ ref('fct_orders') }}
    where signed_on <= {{ as_of() }}
),

cuts as (
    select
        order_id,
        reached_ttc as cut_ttc
    from steps
    where reached_ttc > 0
    union distinct
    select
        order_id,
        0 as cut_ttc
    from orders
),

bands as (
    select
        order_id,
        cut_ttc as band_from,
        lead(cut_ttc) over (partition by order_id order by cut_ttc) as band_to
    from cuts
),

-- On one band the steps of a measure go up and down in turn: each holds until the next.
crossings as (
    select
        bands.*,
        steps.measure,
        steps.is_rise,
        steps.invoice_id,
        steps.taxed_ht,
        steps.taxed_ttc,
        steps.left_ttc,
        lag(steps.stepped_on, 1, date '0001-01-01') over on_band as former_on,
        steps.stepped_on,
        lead(steps.stepped_on, 1, date '9999-12-31') over on_band as next_on
    from steps
    inner join bands
        on
            steps.order_id = bands.order_id
            and least(steps.left_ttc, steps.reached_ttc) < bands.band_to
            and greatest(steps.left_ttc, steps.reached_ttc) > bands.band_from
    window on_band as (
        partition by bands.order_id, bands.band_from, steps.measure
        order by steps.stepped_on, steps.is_rise, steps.invoice_id
    )
),

-- A turn: the wait for an invoice, then the invoice, until it is taken back to be issued again.
turns as (
    select
        order_id,
        band_from,
        case when is_rise then former_on else stepped_on end as turn_from_on,
        next_on as turn_to_on,
        case when is_rise then invoice_id end as invoice_id,
        case when is_rise then stepped_on end as issued_on
    from crossings
    where measure = 'invoiced' and (is_rise or next_on = date '9999-12-31')
),

billings as (
    select
        parts.*,
        case when turns.turn_from_on > parts.stepped_on then turns.turn_from_on else parts.stepped_on end
            as waiting_from_on,
        case when turns.issued_on < parts.next_on then turns.invoice_id end as billing_invoice_id,
        case when turns.issued_on < parts.next_on then turns.issued_on end as issued_on,
        case when turns.turn_to_on < parts.next_on then turns.turn_to_on end as rebilled_on
    from crossings as parts
    left join turns
        on
            parts.order_id = turns.order_id
            and parts.band_from = turns.band_from
            and parts.next_on > turns.turn_from_on
            and parts.stepped_on < turns.turn_to_on
    where parts.measure = 'billable' and parts.is_rise
),

final as (
    select
        billings.order_id,
        orders.client_id,
        cast(billings.band_from as decimal(18, 2)) as band_from_ttc_eur,
        billings.stepped_on as delivered_on,
        billings.waiting_from_on,
        billings.billing_invoice_id as invoice_id,
        billings.issued_on,
        billings.rebilled_on,
        nullif(billings.next_on, date '9999-12-31') as ended_on,
        billings.rebilled_on is null and billings.next_on = date '9999-12-31' as is_standing,
        case
            when billings.band_to - billings.band_from = billings.taxed_ttc
                then cast(billings.taxed_ht as decimal(18, 2))
            else
                {{ prorate('taxed_ht', '(band_to - left_ttc)', 'taxed_ttc') }}
                - {{ prorate('taxed_ht', '(band_from - left_ttc)', 'taxed_ttc') }}
        end as part_ht_eur,
        cast(billings.band_to - billings.band_from as decimal(18, 2)) as part_ttc_eur
    from billings
    inner join orders on billings.order_id = orders.order_id
)

select * from final
