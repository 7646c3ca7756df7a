package io.opsdeck.user.testing;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The beans of core, analytics and user without a web server. */
@AutoConfigurationPackage(basePackages = "io.opsdeck")
@SpringBootApplication(scanBasePackages = {"io.opsdeck.core", "io.opsdeck.analytics", "io.opsdeck.user"})
public class UserApplication {}
