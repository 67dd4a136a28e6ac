{%- set number = '(?:[1-9]|[12][0-9]|3[01])\\b' %}
{%- set payment_days = '\\bles? (' ~ number ~ '(?: ?(?:,|et|ou)? ?(?:le )?' ~ number ~ '){0,3})' %}
{%- set at_delivery = 'livraison|expedition|enlevement|marchandises?|materiel|travaux|recette|acceptation|delivery' %}
{%- set at_order = 'commande|signature|order' %}
{%- set at_once = 'reception|comptant|immediat|receipt' %}
{%- set events = [at_delivery, at_order, at_once] | join('|') %}
{%- set silent = 'a|apres|after|au|aux|compter|partir|puis|plus|et|d|de|des|du|l|la|le|les|en|par|sous|date|nets?|nette'
    ~ '|facture|facturation|emission|acompte|virement|cheque|prelevement|lcr|traite|paiement|reglement|payable|delai'
    ~ '|calendaires?|maximum|suivant|the|of|upon|on|due|invoice' %}
{%- set month_end_first = '\\b(apres|after|(?:compter|partir) (?:de|du))(?: la| le)? *$' %}
{%- set days_first = '([+]|\\b(?:puis|plus|et|date (?:de )?facture|facturation|emission)\\b)' %}

with

splits as (
    select
        *,
        regexp_replace(
            regexp_replace(split_words, '{{ payment_days }}', ''), '[0-9]+ mois|fin (de )?decade', ''
        ) as bare_words
    from {{ ref('int_payment_term_splits') }}
),

captured as (
    select
        *,
        bare_words like '%#%' as is_end_of_month,
        split_words like '%decade%' as is_end_of_decade,
        split_part(bare_words, '#', 1) as words_before,
        split_part(bare_words, '#', 2) as words_after,
        cast({{ extract_words("split_part(bare_words, '#', 1)", '([0-9]+) jours') }} as integer) as days_before,
        cast({{ extract_words("split_part(bare_words, '#', 2)", '([0-9]+) jours') }} as integer) as days_after,
        cast({{ extract_words('split_words', '([0-9]+) mois') }} as integer) as months,
        regexp_replace({{ extract_words('split_words', payment_days) }}, '[^0-9]+', ' ', 'g') as payment_day_list
    from splits
),

-- A part of which the grammar does not know one word is not read at all.
classified as (
    select
        *,
        case
            when not is_end_of_month or coalesce(days_before, days_after, 0) = 0 then null
            when days_before is null or {{ extract_words('words_before', month_end_first) }} is not null
                then 'eom_then_days'
            when days_after is not null or {{ extract_words('words_before', days_first) }} is not null
                then 'days_then_eom'
            else 'ambiguous'
        end as split_reading,
        split_weight > 0
        and bare_words not like '%#%#%'
        and regexp_replace(
            regexp_replace(words_before, '[0-9]+ jours', '') || ' ' || regexp_replace(words_after, '[0-9]+ jours', ''),
            '\b({{ events }}|{{ silent }})\b|[-+, ]', '', 'g'
        ) = ''
        and (
            coalesce(days_before, days_after, months) is not null
            or is_end_of_month
            or is_end_of_decade
            or payment_day_list is not null
            or {{ extract_words('split_words', '\\b(' ~ events ~ ')\\b') }} is not null
        ) as is_split_understood
    from captured
),

-- A label is one contract: understood in whole or not, and ambiguous where one of its parts is.
final as (
    select
        payment_term_label,
        label_words,
        split_number,
        split_weight,
        case
            when {{ extract_words('split_words', '\\b(' ~ at_order ~ ')\\b') }} is not null then 'order'
            when {{ extract_words('split_words', '\\b(' ~ at_delivery ~ ')\\b') }} is not null then 'delivery'
            else 'invoice'
        end as base_event,
        is_end_of_decade,
        cast(coalesce(months, 0) + case when words_after like ' suivant%' then 1 else 0 end as integer) as month_count,
        case when split_reading = 'eom_then_days' then 0 else coalesce(days_before, 0) end as days_before_month_end,
        is_end_of_month,
        coalesce(days_after, case when split_reading = 'eom_then_days' then days_before end, 0) as days_after_month_end,
        payment_day_list,
        coalesce(max(case when split_reading = 'ambiguous' then split_reading end) over same_label, split_reading)
            as reading,
        min(case when is_split_understood then 1 else 0 end) over same_label = 1
        and sum(split_weight) over same_label in (split_count, 10000) as is_understood
    from classified
    window same_label as (partition by payment_term_label)
)

select * from final
