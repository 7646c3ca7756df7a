package io.opsdeck.core.setting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Reads the files that {@code <setting>_FILE} names, as orchestrators mount secrets. */
class MountedSettings implements EnvironmentPostProcessor, Ordered {

    private static final String SOURCE = "mountedSettings";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> values = new HashMap<>();
        for (Setting setting : Settings.load(getClass().getClassLoader()).all()) {
            String file = environment.getProperty(setting.name() + Setting.FILE);
            if (file != null && !environment.containsProperty(setting.name())) {
                read(file, setting, values);
            }
        }
        environment.getPropertySources().addLast(new MapPropertySource(SOURCE, values));
    }

    /** One that cannot be read is told by the check. */
    private static void read(String file, Setting setting, Map<String, Object> values) {
        try {
            String value = Files.readString(Path.of(file)).strip();
            values.put(setting.name(), value);
            values.put(setting.property(), value);
        } catch (IOException | IllegalArgumentException e) {
            // See SettingsCheck.
        }
    }

    /** Before the files of the application, which refer to what is read here. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 20;
    }
}
