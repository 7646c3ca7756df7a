package io.opsdeck.core.signon;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.text.TextHygiene;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The authorization code flow of OpenID Connect Core 1.0 with PKCE, as the Nimbus library speaks it. What a token must
 * have is in {@link #verify}.
 */
@Component
class ProviderClient {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderClient.class);

    private static final String WELL_KNOWN = "/.well-known/openid-configuration";
    private static final Scope SCOPE = new Scope("openid", "profile", "email");
    private static final Duration KEEP = Duration.ofMinutes(10);
    private static final int CLOCK_SKEW_SECONDS = 60;
    private static final int LONGEST_SUBJECT = 255;

    /** Signatures by a key of the provider. Neither "none" nor those made with the shared secret are among them. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final ProviderHttp http;
    private final Clock clock;
    private volatile @Nullable Known known;

    ProviderClient(ProviderHttp http, Clock clock) {
        this.http = http;
        this.clock = clock;
    }

    /** A provider as it describes itself, with its keys, for some minutes. */
    private record Known(String issuer, OIDCProviderMetadata says, JWKSource<SecurityContext> keys, Instant until) {}

    /** Reads what a provider says about itself; the error points at the issuer. */
    void discover(String issuer) {
        try {
            describe(issuer);
        } catch (IOException | ParseException e) {
            LOG.info("No provider under {}: {}", issuer, e.getMessage());
            throw SignOnError.ISSUER_WRONG.at("/issuer");
        }
    }

    /** Where the browser goes. */
    URI question(ProviderSettings settings, SignOnAttempt attempt, URI back) {
        Known provider = provider(settings.issuer());
        return new AuthenticationRequest.Builder(ResponseType.CODE, SCOPE, new ClientID(settings.clientId()), back)
                .endpointURI(provider.says().getAuthorizationEndpointURI())
                .state(new State(attempt.state()))
                .nonce(new Nonce(attempt.nonce()))
                .codeChallenge(new CodeVerifier(attempt.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /**
     * Whom the provider signed in.
     *
     * @param answer the parameters with which the browser came back
     */
    ProviderIdentity read(
            ProviderSettings settings,
            String secret,
            SignOnAttempt attempt,
            URI back,
            Map<String, List<String>> answer) {
        Known provider = provider(settings.issuer());
        try {
            AuthorizationCode code = code(provider, attempt, back, answer);
            var grant = new AuthorizationCodeGrant(code, back, new CodeVerifier(attempt.verifier()));
            var request = new TokenRequest(
                    provider.says().getTokenEndpointURI(), authentication(provider, settings, secret), grant);
            TokenResponse response =
                    OIDCTokenResponseParser.parse(request.toHTTPRequest().send(http));
            if (!response.indicatesSuccess()) {
                throw refused("the code was not accepted: "
                        + response.toErrorResponse().getErrorObject().getCode());
            }
            OIDCTokens tokens = ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
            IDTokenClaimsSet claims = verify(provider, settings, tokens.getIDToken(), attempt);
            return identity(provider, claims, tokens.getAccessToken());
        } catch (IOException e) {
            LOG.warn("The provider does not answer: {}", e.getMessage());
            throw SignOnError.PROVIDER_UNREACHABLE.exception(e);
        } catch (ParseException e) {
            throw refused(String.valueOf(e.getMessage()));
        } catch (BadJOSEException | JOSEException e) {
            throw refused("the token is not valid: " + e.getMessage());
        }
    }

    private static AuthorizationCode code(
            Known provider, SignOnAttempt attempt, URI back, Map<String, List<String>> answer) throws ParseException {
        AuthenticationResponse response = AuthenticationResponseParser.parse(back, answer);
        if (!new State(attempt.state()).equals(response.getState())) {
            throw SignOnError.ATTEMPT_OVER.exception();
        }
        Issuer from = response.getIssuer();
        if (from != null && !from.getValue().equals(provider.issuer())) {
            throw refused("the answer is one of " + from);
        }
        if (!response.indicatesSuccess()) {
            LOG.info(
                    "The provider declined: {}",
                    response.toErrorResponse().getErrorObject().getCode());
            throw SignOnError.PROVIDER_DECLINED.exception();
        }
        AuthorizationCode code = response.toSuccessResponse().getAuthorizationCode();
        if (code == null) {
            throw refused("there is no code in the answer");
        }
        return code;
    }

    private static ClientAuthentication authentication(Known provider, ProviderSettings settings, String secret) {
        var client = new ClientID(settings.clientId());
        List<ClientAuthenticationMethod> methods = provider.says().getTokenEndpointAuthMethods();
        boolean post = methods != null
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        return post
                ? new ClientSecretPost(client, new Secret(secret))
                : new ClientSecretBasic(client, new Secret(secret));
    }

    /**
     * OpenID Connect Core 3.1.3.7: signed by a key of the provider with one of {@link #ALGORITHMS}, issued by it, for us
     * and nobody else who asked ({@code aud}, {@code azp}), not expired, not of tomorrow, for this attempt.
     */
    private static IDTokenClaimsSet verify(Known provider, ProviderSettings settings, JWT token, SignOnAttempt attempt)
            throws BadJOSEException, JOSEException {
        var selector = new JWSVerificationKeySelector<>(ALGORITHMS, provider.keys());
        var validator =
                new IDTokenValidator(new Issuer(provider.issuer()), new ClientID(settings.clientId()), selector, null);
        validator.setMaxClockSkew(CLOCK_SKEW_SECONDS);
        IDTokenClaimsSet claims = validator.validate(token, new Nonce(attempt.nonce()));
        String party = claims.getStringClaim(IDTokenClaimsSet.AZP_CLAIM_NAME);
        boolean ours = party == null ? claims.getAudience().size() == 1 : party.equals(settings.clientId());
        if (!ours) {
            throw refused("the token was made for " + (party == null ? claims.getAudience() : party));
        }
        return claims;
    }

    /** Some providers tell the mail only where they are asked for it with the access token. */
    private ProviderIdentity identity(Known provider, IDTokenClaimsSet claims, AccessToken access)
            throws IOException, ParseException {
        String subject = claims.getSubject().getValue();
        if (subject.length() > LONGEST_SUBJECT) {
            throw refused("the subject is too long");
        }
        URI more = provider.says().getUserInfoEndpointURI();
        ClaimsSet told = claims;
        if (claims.getStringClaim("email") == null && more != null && access instanceof BearerAccessToken bearer) {
            UserInfoResponse response = UserInfoResponse.parse(
                    new UserInfoRequest(more, bearer).toHTTPRequest().send(http));
            if (!response.indicatesSuccess()) {
                throw refused("the provider does not tell about the person");
            }
            told = Objects.requireNonNull(response.toSuccessResponse().getUserInfo());
            if (!subject.equals(told.getStringClaim("sub"))) {
                throw refused("the provider tells about somebody else");
            }
        }
        String mail = mail(told.getStringClaim("email"));
        return new ProviderIdentity(
                provider.issuer(),
                subject,
                mail,
                "true".equals(String.valueOf(told.getClaim("email_verified"))),
                name(told, mail));
    }

    private static @Nullable String mail(@Nullable String claim) {
        try {
            return claim == null
                    ? null
                    : MailAddress.of(TextHygiene.clean(claim)).text();
        } catch (OpsdeckException e) {
            // Whatever that is, nobody can be invited to it.
            return null;
        }
    }

    private static String name(ClaimsSet claims, @Nullable String mail) {
        for (String claim : List.of("name", "preferred_username")) {
            String text = TextHygiene.clean(Objects.requireNonNullElse(claims.getStringClaim(claim), ""))
                    .strip();
            if (!text.isEmpty()) {
                return text;
            }
        }
        return mail == null ? "" : mail.substring(0, Math.max(0, mail.indexOf('@')));
    }

    private Known provider(String issuer) {
        try {
            return describe(issuer);
        } catch (IOException | ParseException e) {
            LOG.warn("No provider under {}: {}", issuer, e.getMessage());
            throw SignOnError.PROVIDER_UNREACHABLE.exception(e);
        }
    }

    /** Two who ask at once may both fetch it; nobody waits for another one's attempt. */
    private Known describe(String issuer) throws IOException, ParseException {
        Instant now = clock.instant();
        Known last = known;
        if (last != null && last.issuer().equals(issuer) && now.isBefore(last.until())) {
            return last;
        }
        String folder = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        OIDCProviderMetadata says = OIDCProviderMetadata.parse(http.get(URI.create(folder + WELL_KNOWN)));
        if (!issuer.equals(says.getIssuer().getValue())) {
            throw new ParseException("the description is that of " + says.getIssuer());
        }
        if (says.getAuthorizationEndpointURI() == null || says.getTokenEndpointURI() == null) {
            throw new ParseException("the description has no endpoints");
        }
        var found = new Known(issuer, says, keys(says.getJWKSetURI()), now.plus(KEEP));
        known = found;
        return found;
    }

    private JWKSource<SecurityContext> keys(URI address) throws ParseException {
        try {
            return JWKSourceBuilder.create(address.toURL(), http)
                    .refreshAheadCache(false)
                    .build();
        } catch (MalformedURLException e) {
            throw new ParseException("the keys have no address", e);
        }
    }

    private static OpsdeckException refused(String why) {
        LOG.warn("The answer of the provider was refused: {}", why);
        return SignOnError.ANSWER_REFUSED.exception();
    }
}
