"""The kit: everything visual, and nothing of the business. Look here before writing a widget.

Never `import ui.kit`, which rebinds NiceGUI's `ui`; always `from ui.kit.<file> import …`. Open `/_kit` to see it all.

look         tokens (colours, sizes, once) · theme (puts them on the page) · icons · chart_parts
words        i18n (`t`, `words`) · format (figures, dates, durations, changes)
page         page (body, header) · section (card, section, grid, split) · toolbar · tabs · text
figures      figure (Figure, Completeness) · metric_card · change_line · coverage_badge · sparkline · ranking
             chart, chart_box (pyecharts in, no JavaScript out) · status_badge (badge, tag)
plan         floor_plan (the one floor plan of the product) · plan_geometry (GeoJSON to rings) · camera_picture
lists        data_table (server-side) · row_paging (short lists) · plain_table (a few rows of one thing)
             address (state in the address) · description_list
input        button · field (label, help, checks) · money (yuan, parse_yuan, money_field) · form (busy submit)
             segmented · date_picker · day_field (a day, a month) · confirmation
messages     empty_state · error_panel · notice · skeleton · job_progress
"""
