-- The order of the words is the contract: "45 jours fin de mois" adds the days, then goes to the month's end;
-- "fin de mois 45 jours" does the contrary. Both are legal (art. L441-10), and fall up to 17 days apart.
with

invoices as (
    select payment_term_label from {{ ref('int_invoices') }}
),

clients as (
    select payment_term_label from {{ ref('int_clients') }}
),

labels as (
    select payment_term_label from invoices
    where payment_term_label is not null
    union distinct
    select payment_term_label from clients
    where payment_term_label is not null
),

spelled as (
    select
        payment_term_label,
        replace(translate(lower(trim(payment_term_label)), 'àâéèêîôû', 'aaeeeiou'), 'fdm', 'fin de mois') as words
    from labels
),

parsed as (
    select
        payment_term_label,
        {{ extract_number('words', '([0-9]+) *(j|d)') }} as term_days,
        {{ extract_number('words', 'le *([0-9]+)') }} as payment_day_number,
        words like '%fin de mois%' as is_end_of_month,
        words like '%fin de mois%' and words not like '%j%fin de mois%' as is_month_end_first,
        words like '%recept%' or words like '%comptant%' as is_immediate
    from spelled
),

final as (
    select
        payment_term_label,
        case when is_month_end_first then 0 else coalesce(term_days, 0) end as days_before_month_end,
        is_end_of_month,
        case when is_month_end_first then coalesce(term_days, 0) else 0 end as days_after_month_end,
        payment_day_number
    from parsed
    where term_days is not null or is_end_of_month or is_immediate
)

select * from final
