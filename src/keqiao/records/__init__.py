"""Records: no table: what one person has done, gathered from the rooms: studio, visits, hours, talks."""
