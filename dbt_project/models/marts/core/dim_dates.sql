with

holidays as (
    select * from {{ ref('legal_holidays') }}
),

days as (
    select * from {{ date_spine("date '2015-01-01'", "date '2040-12-31'") }} as spine
),

final as (
    select
        days.day_on as date_on,
        cast(extract(isoyear from days.day_on) as varchar)
        || '-W' || lpad(cast(extract(week from days.day_on) as varchar), 2, '0') as iso_week,
        cast(date_trunc('month', days.day_on) as date) as month,
        cast(extract(year from days.day_on) as varchar)
        || '-T' || cast(extract(quarter from days.day_on) as varchar) as quarter_label,
        cast(extract(year from days.day_on) as integer) as year_number,
        extract(isodow from days.day_on) >= 6 as is_weekend,
        coalesce(holidays.is_fr_holiday, false) as is_fr_holiday,
        coalesce(holidays.is_alsace_moselle_holiday, false) as is_alsace_moselle_holiday,
        extract(isodow from days.day_on) < 6 and not coalesce(holidays.is_target_holiday, false) as is_target_day,
        extract(isodow from days.day_on) < 6 and not coalesce(holidays.is_fr_holiday, false) as is_fr_business_day,
        {{ month_end('days.day_on') }} as month_end_on
    from days
    left join holidays on days.day_on = holidays.holiday_on
)

select * from final
