-- What a person has stated speaks first; a label that nobody reads stands as one row without parameters, in sight.
with

parsed as (
    select * from {{ ref('int_parsed_payment_terms') }}
),

stated as (
    select
        *,
        {{ term_words('payment_term_label') }} as label_words
    from {{ ref('map_payment_terms') }}
),

labels as (
    select
        payment_term_label,
        label_words
    from parsed
    where split_number = 1
),

chosen as (
    select
        labels.payment_term_label,
        stated.split_number,
        stated.split_weight,
        stated.base_event,
        stated.is_end_of_decade,
        stated.month_count,
        stated.days_before_month_end,
        stated.is_end_of_month,
        stated.days_after_month_end,
        stated.payment_day_list,
        stated.reading,
        'seed' as term_origin
    from labels
    inner join stated on labels.label_words = stated.label_words
    union all
    select
        payment_term_label,
        split_number,
        split_weight,
        base_event,
        is_end_of_decade,
        month_count,
        days_before_month_end,
        is_end_of_month,
        days_after_month_end,
        payment_day_list,
        reading,
        'parsed' as term_origin
    from parsed
    where is_understood and label_words not in (select stated.label_words from stated)
    union all
    select
        payment_term_label,
        1 as split_number,
        1 as split_weight,
        null as base_event,
        null as is_end_of_decade,
        null as month_count,
        null as days_before_month_end,
        null as is_end_of_month,
        null as days_after_month_end,
        null as payment_day_list,
        null as reading,
        'not_understood' as term_origin
    from parsed
    where split_number = 1 and not is_understood and label_words not in (select stated.label_words from stated)
),

weighed as (
    select
        *,
        sum(split_weight) over same_label as label_weight,
        sum(split_weight) over (same_label order by split_number rows unbounded preceding) as reached_weight,
        count(*) over same_label as split_count
    from chosen
    window same_label as (partition by payment_term_label)
),

final as (
    select
        payment_term_label,
        split_number,
        cast(split_count as integer) as split_count,
        split_weight,
        cast(
            {{ divide('reached_weight', 'label_weight') }}
            - {{ divide('(reached_weight - split_weight)', 'label_weight') }} as decimal(9, 6)
        ) as split_ratio,
        base_event,
        is_end_of_decade,
        month_count,
        days_before_month_end,
        is_end_of_month,
        days_after_month_end,
        payment_day_list,
        reading,
        term_origin
    from weighed
)

select * from final
