package io.opsdeck.core.testing;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The beans of core alone. */
@AutoConfigurationPackage(basePackages = "io.opsdeck")
@SpringBootApplication(scanBasePackages = "io.opsdeck.core")
public class CoreApplication {}
