package io.opsdeck.web.scim;

import io.opsdeck.core.scim.ScimError;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Requires;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What SCIM can do here, in the documents that the standard prescribes ({@code scim/*.json}). */
@RestController
@RequestMapping(ScimPaths.BASE)
class ScimSchemaController {

    private final Map<String, Object> config;
    private final List<Map<String, Object>> types;
    private final List<Map<String, Object>> schemas;

    ScimSchemaController(@Value("${opsdeck.base-url}") String baseUrl, JsonMapper json) {
        String base = baseUrl + ScimPaths.BASE;
        this.config = read(json, "scim/config.json", base).get(0);
        this.types = read(json, "scim/types.json", base);
        this.schemas = read(json, "scim/schemas.json", base);
    }

    @GetMapping("/ServiceProviderConfig")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> config() {
        return ScimAnswer.ok(config);
    }

    @GetMapping("/ResourceTypes")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> types() {
        return ScimAnswer.ok(ScimAnswer.list(types.size(), 1, types));
    }

    @GetMapping("/ResourceTypes/{id}")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> type(@PathVariable String id) {
        return one(types, id);
    }

    @GetMapping("/Schemas")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> schemas() {
        return ScimAnswer.ok(ScimAnswer.list(schemas.size(), 1, schemas));
    }

    @GetMapping("/Schemas/{id}")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> schema(@PathVariable String id) {
        return one(schemas, id);
    }

    private static ResponseEntity<Map<String, Object>> one(List<Map<String, Object>> all, String id) {
        return all.stream()
                .filter(each -> id.equals(each.get("id")))
                .findFirst()
                .map(ScimAnswer::ok)
                .orElseThrow(ScimError.SCIM_SCHEMA_NOT_FOUND::exception);
    }

    private static List<Map<String, Object>> read(JsonMapper json, String file, String base) {
        try (InputStream content = new ClassPathResource(file).getInputStream()) {
            String text = new String(content.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return new ArrayList<>(
                    json.readValue(text.replace("{base}", base), new TypeReference<List<Map<String, Object>>>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
