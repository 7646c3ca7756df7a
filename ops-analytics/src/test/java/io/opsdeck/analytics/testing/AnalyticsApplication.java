package io.opsdeck.analytics.testing;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The beans of core and analytics without a web server. */
@AutoConfigurationPackage(basePackages = "io.opsdeck")
@SpringBootApplication(scanBasePackages = {"io.opsdeck.core", "io.opsdeck.analytics"})
public class AnalyticsApplication {}
