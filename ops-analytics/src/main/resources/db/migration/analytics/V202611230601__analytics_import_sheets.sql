-- A file is text, with its charset and delimiter, or a workbook, of which one sheet is read.
alter table analytics.data_import alter charset drop not null, alter delimiter drop not null;
alter table analytics.data_import add sheet text, add sheets text[], add header_line bigint;
