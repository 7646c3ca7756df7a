package io.opsdeck.core.signon;

import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;

/**
 * What the browser's session remembers between the way to the provider and back: secrets of 256 random bits each.
 *
 * @param state comes back in the address, so that the answer is one to this session's question
 * @param nonce comes back in the token, so that the token is one for this session
 * @param verifier shows that whoever brings the code is the one who asked for it (RFC 7636)
 */
public record SignOnAttempt(String state, String nonce, String verifier) {

    static SignOnAttempt fresh() {
        return new SignOnAttempt(new State(32).getValue(), new Nonce(32).getValue(), new CodeVerifier().getValue());
    }
}
