package io.opsdeck.core.database;

import java.nio.file.Path;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Starts the embedded database where no address of another one is given, before the definitions of the beans are read.
 * It is stopped after every bean that was made from them, also when they could not be made.
 */
class EarlyDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        context.addBeanFactoryPostProcessor(new BeanDefinitionRegistryPostProcessor() {
            @Override
            public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
                if (registry instanceof DefaultListableBeanFactory beans
                        && environment.getProperty("opsdeck.database.early", Boolean.class, true)
                        && !StringUtils.hasText(environment.getProperty("opsdeck.database.url"))) {
                    start(environment, beans);
                }
            }

            @Override
            public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
                // The definitions are read by then.
            }
        });
    }

    private static void start(Environment environment, DefaultListableBeanFactory beans) {
        Path home = Path.of(environment.getRequiredProperty("opsdeck.data-dir"));
        var start = new EmbeddedDatabaseStart(home.toAbsolutePath().normalize());
        beans.registerSingleton("embeddedDatabaseStart", start);
        beans.registerDisposableBean("embeddedDatabaseStart", start::close);
    }
}
