-- "45 jours fin de mois" is read one way by one client and another way by the next: what a person states, else the
-- words, else what the sender's own due dates show where the two readings differ.
with

dues as (
    select
        *,
        days_first_due_on <> month_end_first_due_on as is_telling
    from {{ ref('int_contract_dues') }}
    where label_reading is not null
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

stated as (
    select
        coalesce(identities.client_id, readings.client_id) as client_id,
        {{ term_words('readings.payment_term_label') }} as label_words,
        min(readings.reading) as reading
    from {{ ref('map_payment_readings') }} as readings
    left join identities on readings.client_id = identities.source_client_id
    group by coalesce(identities.client_id, readings.client_id), {{ term_words('readings.payment_term_label') }}
),

observed as (
    select
        client_id,
        payment_term_label,
        {{ term_words('payment_term_label') }} as label_words,
        label_reading,
        sum(case when is_telling and native_due_on = days_first_due_on then 1 else 0 end) as days_first_count,
        sum(case when is_telling and native_due_on = month_end_first_due_on then 1 else 0 end) as month_end_first_count
    from dues
    group by client_id, payment_term_label, label_reading
),

-- The most precise statement wins: of a client and a label, of a client, of a label.
matched as (
    select
        observed.*,
        coalesce(of_both.reading, of_client.reading, of_label.reading) as stated_reading,
        case
            when observed.days_first_count > observed.month_end_first_count then 'days_then_eom'
            when observed.days_first_count < observed.month_end_first_count then 'eom_then_days'
        end as observed_reading
    from observed
    left join stated as of_both
        on observed.client_id = of_both.client_id and observed.label_words = of_both.label_words
    left join stated as of_client on observed.client_id = of_client.client_id and of_client.label_words is null
    left join stated as of_label on observed.label_words = of_label.label_words and of_label.client_id is null
),

final as (
    select
        client_id,
        payment_term_label,
        coalesce(
            stated_reading, case when label_reading <> 'ambiguous' then label_reading else observed_reading end
        ) as reading,
        case
            when stated_reading is not null then 'seed'
            when label_reading <> 'ambiguous' then 'wording'
            when observed_reading is not null then 'native'
            else 'unknown'
        end as reading_origin,
        cast(days_first_count as integer) as days_first_count,
        cast(month_end_first_count as integer) as month_end_first_count
    from matched
)

select * from final
