-- Supply units, one row per org_no; a unit is under the longest listed or seen unit that its number begins with.
create or replace table dim_org as
with listed as (
    select
        org_no,
        without_numbers(any_value(org_name)) as org_name,
        any_value(parent_no) as listed_parent_no,
        any_value(org_type) as org_type
    from stg_org
    group by org_no
),

seen as (
    select org_no from listed
    union
    select coalesce(org_no, '-') from stg_customer
    union
    select coalesce(org_no, '-') from stg_bill
),

above as (
    select
        seen.org_no,
        max(upper.org_no) as parent_no,
        count(upper.org_no)::integer as depth
    from seen
    left join seen as upper
        on starts_with(seen.org_no, upper.org_no) and seen.org_no <> upper.org_no
    group by seen.org_no
)

select
    above.org_no,
    listed.org_name,
    above.parent_no,
    listed.listed_parent_no,
    listed.org_type,
    above.depth,
    listed.org_no is not null as is_listed
from above
left join listed on above.org_no = listed.org_no
order by above.org_no;

-- Every unit with each unit above it and itself, one row per (org_no, ancestor_no).
create or replace table dim_org_path as
select
    low.org_no,
    high.org_no as ancestor_no,
    high.depth
from dim_org as low
inner join dim_org as high on starts_with(low.org_no, high.org_no)
order by low.org_no, high.depth;
