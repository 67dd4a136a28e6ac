{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

balances as (
    select * from {{ ref('fct_instalment_balances') }}
    where balance_from_on <= {{ as_of() }}
),

rates as (
    select * from {{ ref('legal_credit_cost_rates') }}
),

first_days as (
    select
        client_id,
        min(balance_from_on) as first_on
    from balances
    group by client_id
),

-- Nothing changes on the first day of a month, nor of a rate: they only cut what lasts longer. What is older than the
-- first day looked at counts from it.
cuts as (
    select cast(date_trunc('month', as_of_on) as date) as cut_on from {{ ref('dim_as_of') }}
    where as_of_on >= {{ tension_from_on() }}
    union distinct
    select valid_from_on as cut_on from rates
    where valid_from_on between {{ tension_from_on() }} and {{ as_of() }}
),

changes as (
    {%- for day, sign in [('balance_from_on', ''), ('balance_to_on', '-')] %}
        select
            client_id,
            greatest({{ day }}, {{ tension_from_on() }}) as changed_on,
            {{ sign }}open_ttc_eur as carried_ttc_eur,
            case when receivable_state <> 'credit_note' then {{ sign }}open_ttc_eur else 0 end as receivable_ttc_eur,
            case when receivable_state = 'overdue' then {{ sign }}open_ttc_eur else 0 end as overdue_ttc_eur
        from balances
        where {{ day }} <= {{ as_of() }} and balance_to_on > {{ tension_from_on() }}
        union all
    {%- endfor %}
    select
        first_days.client_id,
        cuts.cut_on as changed_on,
        0 as carried_ttc_eur,
        0 as receivable_ttc_eur,
        0 as overdue_ttc_eur
    from first_days
    inner join cuts on first_days.first_on < cuts.cut_on
),

daily as (
    select
        client_id,
        changed_on,
        cast(sum(carried_ttc_eur) as decimal(18, 2)) as carried_ttc_eur,
        cast(sum(receivable_ttc_eur) as decimal(18, 2)) as receivable_ttc_eur,
        cast(sum(overdue_ttc_eur) as decimal(18, 2)) as overdue_ttc_eur
    from changes
    group by client_id, changed_on
),

-- What a client owes between two changes, day after day up to the as-of day: never across two months, nor two rates.
running as (
    select
        client_id,
        changed_on,
        lead(changed_on, 1, {{ as_of() }} + 1) over in_time - changed_on as lasting_days,
        cast(sum(carried_ttc_eur) over in_time as decimal(18, 2)) as carried_ttc_eur,
        cast(sum(receivable_ttc_eur) over in_time as decimal(18, 2)) as receivable_ttc_eur,
        cast(sum(overdue_ttc_eur) over in_time as decimal(18, 2)) as overdue_ttc_eur
    from daily
    window in_time as (partition by client_id order by changed_on)
),

final as (
    select
        running.client_id,
        {{ first_as_of('running.changed_on') }} as as_of_on,
        running.lasting_days,
        running.carried_ttc_eur,
        running.receivable_ttc_eur,
        running.overdue_ttc_eur,
        rates.yearly_rate_ratio
    from running
    left join rates on running.changed_on between rates.valid_from_on and rates.valid_to_on
)

select * from final
