-- One for each way to ask for a part of the trail, each ending with the time: a page is a short walk along one of them.
create index audit_entry_by_action on core.audit_entry (workspace_id, action, at desc, id desc);
create index audit_entry_by_actor on core.audit_entry (workspace_id, actor_id, action, at desc, id desc);
create index audit_entry_by_object on core.audit_entry (workspace_id, object_id, at desc, id desc);
create index audit_entry_by_request on core.audit_entry (workspace_id, request_id, at desc, id desc) where request_id is not null;
create index audit_entry_by_address on core.audit_entry (workspace_id, address, at desc, id desc) where address is not null;
