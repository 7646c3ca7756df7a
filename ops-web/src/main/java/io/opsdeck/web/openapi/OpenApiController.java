package io.opsdeck.web.openapi;

import io.opsdeck.web.security.Open;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The description of the API for programs. */
@RestController
class OpenApiController {

    private static final MediaType YAML = MediaType.parseMediaType("application/yaml");

    private final OpenApi api;
    private final JsonMapper json;

    OpenApiController(OpenApi api, JsonMapper json) {
        this.api = api;
        this.json = json;
    }

    @GetMapping("/api/openapi.json")
    @Open("it says how the product is called, and nothing of any workspace")
    ResponseEntity<byte[]> json() {
        return answer(json.writeValueAsString(api.document()), MediaType.APPLICATION_JSON);
    }

    @GetMapping("/api/openapi.yaml")
    @Open("it says how the product is called, and nothing of any workspace")
    ResponseEntity<byte[]> yaml() {
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        Map<String, Object> plain = json.convertValue(api.document(), new TypeReference<>() {});
        return answer(new Yaml(options).dump(plain), YAML);
    }

    private static ResponseEntity<byte[]> answer(String text, MediaType type) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache())
                .eTag(DigestUtils.md5DigestAsHex(bytes))
                .contentType(type)
                .body(bytes);
    }
}
