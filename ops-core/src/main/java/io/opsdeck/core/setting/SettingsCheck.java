package io.opsdeck.core.setting;

import io.opsdeck.core.setting.SettingsUnusableException.Complaint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Looks at all settings before anything is started, and names everything that is wrong at once. */
class SettingsCheck implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

    private static final Pattern OF_KUBERNETES =
            Pattern.compile("\\w+_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_(TCP|UDP|SCTP)(_\\w+)?)");

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        List<Complaint> complaints =
                complaints(Settings.load(getClass().getClassLoader()), environment, environment.getSystemEnvironment());
        if (!complaints.isEmpty()) {
            throw new SettingsUnusableException(complaints);
        }
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    static List<Complaint> complaints(Settings settings, Environment values, Map<String, Object> environment) {
        var complaints = new ArrayList<Complaint>();
        for (String name : new TreeSet<>(environment.keySet())) {
            if (!isOfKubernetes(name, String.valueOf(environment.get(name)))) {
                unknown(settings, name, complaints);
            }
        }
        for (Setting setting : settings.all()) {
            mounted(setting, values, complaints);
            value(setting, values, complaints);
        }
        return complaints;
    }

    /** It tells every container where the services of its namespace are, also one that is named opsdeck. */
    private static boolean isOfKubernetes(String name, String value) {
        return OF_KUBERNETES.matcher(name).matches() || value.startsWith("tcp://") || value.startsWith("udp://");
    }

    private static void unknown(Settings settings, String name, List<Complaint> complaints) {
        String bare = name.endsWith(Setting.FILE) ? name.substring(0, name.length() - Setting.FILE.length()) : name;
        if (!name.startsWith(Settings.PREFIX) || settings.knows(name) || settings.knows(bare)) {
            return;
        }
        complaints.add(new Complaint(
                name,
                "there is no such setting",
                settings.nearest(name)
                        .map(nearest -> "Did you mean " + nearest + "? Otherwise remove it.")
                        .orElse("Remove it. docs/operations.md lists them all.")));
    }

    private static void mounted(Setting setting, Environment values, List<Complaint> complaints) {
        String name = setting.name() + Setting.FILE;
        String file = values.getProperty(name);
        if (!StringUtils.hasText(file)) {
            return;
        }
        if (!Files.isReadable(Path.of(file))) {
            complaints.add(new Complaint(name, "cannot be read: " + file, "Name a file that holds the value."));
        }
    }

    private static void value(Setting setting, Environment values, List<Complaint> complaints) {
        String value = values.getProperty(setting.name());
        if (!StringUtils.hasText(value)) {
            return;
        }
        if (!setting.rule().holds(value.strip())) {
            String shown = setting.rule().isSecret() ? "it is not usable" : "it is \"" + value + "\"";
            complaints.add(new Complaint(setting.name(), shown, "It should be " + setting.rule().wanted + "."));
        }
        if (setting.needs() != null && !StringUtils.hasText(values.getProperty(setting.needs()))) {
            complaints.add(new Complaint(
                    setting.needs(), "it is missing", "Set it too: " + setting.name() + " is useless without it."));
        }
    }
}
