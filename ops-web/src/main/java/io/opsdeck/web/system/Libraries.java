package io.opsdeck.web.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The libraries in the jar, from the CycloneDX list that is made with it; read once somebody asks. */
@Component
class Libraries {

    private static final String LIST = "META-INF/sbom/application.cdx.json";
    private static final String OURS = "io.opsdeck";

    private final JsonMapper json;
    private volatile @Nullable List<Library> known;

    Libraries(JsonMapper json) {
        this.json = json;
    }

    /** By name; empty where classes run that no jar was made of. */
    List<Library> all() {
        List<Library> libraries = known;
        if (libraries == null) {
            libraries = read();
            known = libraries;
        }
        return libraries;
    }

    private List<Library> read() {
        var list = new ClassPathResource(LIST);
        if (!list.exists()) {
            return List.of();
        }
        try (InputStream in = list.getInputStream()) {
            return StreamSupport.stream(json.readTree(in).path("components").spliterator(), false)
                    .filter(component -> !component.path("group").asString("").startsWith(OURS))
                    .map(Libraries::library)
                    .sorted(Comparator.comparing(Library::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Library library(JsonNode component) {
        String group = component.path("group").asString("");
        String name = component.path("name").asString("");
        return new Library(
                group.isEmpty() ? name : group + ":" + name,
                component.path("version").asString(""),
                StreamSupport.stream(component.path("licenses").spliterator(), false)
                        .map(Libraries::licence)
                        .filter(text -> !text.isEmpty())
                        .distinct()
                        .collect(Collectors.joining(", ")));
    }

    private static String licence(JsonNode entry) {
        JsonNode licence = entry.path("license");
        return entry.path("expression")
                .asString(licence.path("id").asString(licence.path("name").asString("")));
    }
}
