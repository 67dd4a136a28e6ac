with

terms as (
    select * from {{ ref('int_payment_terms') }}
),

final as (
    select
        payment_term_label,
        split_number,
        split_count,
        split_ratio,
        base_event,
        is_end_of_decade,
        month_count,
        days_before_month_end,
        is_end_of_month,
        days_after_month_end,
        payment_day_list,
        reading,
        term_origin
    from terms
)

select * from final
