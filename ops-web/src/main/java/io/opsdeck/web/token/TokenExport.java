package io.opsdeck.web.token;

import io.opsdeck.core.export.ExportColumn;
import io.opsdeck.core.export.ExportRows;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.Permission;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The API tokens of a workspace as a file. */
@Component
class TokenExport implements ExportSource {

    private final ApiTokens tokens;

    TokenExport(ApiTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public String key() {
        return "tokens";
    }

    @Override
    public Permission permission() {
        return Permission.TOKEN_MANAGE;
    }

    @Override
    public List<ExportColumn> columns() {
        return List.of(
                new ExportColumn("name", "token.name"),
                new ExportColumn("prefix", "token.prefix"),
                new ExportColumn("owner", "token.owner"),
                new ExportColumn("state", "token.state"),
                new ExportColumn("scopes", "token.scopes"),
                new ExportColumn("created_at", "export.column.created_at"),
                new ExportColumn("last_used_at", "token.used"),
                new ExportColumn("expires_at", "token.expires"));
    }

    @Override
    public OptionalLong count(ListQuery query, Access access) {
        return OptionalLong.of(tokens.list().size());
    }

    @Override
    public void read(ListQuery query, Access access, ExportRows rows) {
        rows.addAll(
                tokens.list(),
                token -> Arrays.asList(
                        token.name(),
                        token.prefix(),
                        token.owner(),
                        token.state().name().toLowerCase(Locale.ROOT),
                        token.scopes().stream().map(Permission::key).sorted().collect(Collectors.joining(" ")),
                        token.createdAt(),
                        token.lastUsedAt(),
                        token.expiresAt()));
    }
}
