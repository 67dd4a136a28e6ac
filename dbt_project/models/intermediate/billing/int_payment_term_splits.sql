with

labels as (
    select payment_term_label from {{ ref('int_invoices') }}
    where payment_term_label is not null
    union distinct
    select payment_term_label from {{ ref('int_clients') }}
    where payment_term_label is not null
),

spelled as (
    select
        payment_term_label,
        {{ term_words('payment_term_label') }} as label_words
    from labels
),

-- "30/60/90 jours" is a list of equal parts; "30 % ..., solde ..." names its shares, the balance being what they leave.
marked as (
    select
        payment_term_label,
        label_words,
        {{ extract_words('label_words', '([0-9]+(?: ?[/-] ?[0-9]+)+) jours') }} as day_list,
        regexp_replace(
            regexp_replace(label_words, '([0-9]+([.][0-9]+)?) ?%', '|\1%', 'g'), '\bsolde\b', '|solde%', 'g'
        ) as share_words
    from spelled
),

counted as (
    select
        *,
        case
            when day_list is not null then length(regexp_replace(day_list, '[^/-]', '', 'g')) + 1
            else greatest(length(regexp_replace(share_words, '[^|]', '', 'g')), 1)
        end as split_count
    from marked
),

parts as (
    select
        counted.payment_term_label,
        counted.label_words,
        counted.split_count,
        positions.split_number,
        case
            when counted.day_list is not null
                then
                    replace(
                        counted.label_words,
                        counted.day_list,
                        split_part(regexp_replace(counted.day_list, ' ?[/-] ?', '/', 'g'), '/', positions.split_number)
                    )
            when counted.share_words not like '%|%' then counted.label_words
            else
                case when positions.split_number = 1 then split_part(counted.share_words, '|', 1) else '' end
                || split_part(split_part(counted.share_words, '|', positions.split_number + 1), '%', 2)
        end as split_words,
        case
            when counted.day_list is null and counted.share_words like '%|%'
                then split_part(split_part(counted.share_words, '|', positions.split_number + 1), '%', 1)
        end as share_label
    from counted
    inner join
        (
            values
            {%- for number in range(1, 13) %}
                ({{ number }}) {{- ',' if not loop.last }}
            {%- endfor %}
        ) as positions (split_number)
        on counted.split_count >= positions.split_number
),

-- Shares are weighed in hundredths of a percent.
final as (
    select
        payment_term_label,
        label_words,
        cast(split_number as integer) as split_number,
        cast(split_count as integer) as split_count,
        trim(split_words) as split_words,
        cast(
            case
                when share_label is null then 1
                when share_label <> 'solde' then cast(share_label as decimal(9, 2)) * 100
                else 10000 - sum(cast(nullif(share_label, 'solde') as decimal(9, 2)) * 100) over same_label
            end as integer
        ) as split_weight
    from parts
    window same_label as (partition by payment_term_label)
)

select * from final
