-- Counts that were gathered for a workspace are dropped when it is deleted meanwhile.
grant select (id) on core.workspace to opsdeck_intake;
