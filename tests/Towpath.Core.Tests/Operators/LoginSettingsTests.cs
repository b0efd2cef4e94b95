using Towpath.Core.Operators;
using Xunit;

namespace Towpath.Core.Tests.Operators;

/// <summary>Login providers in <c>towpath.yaml</c>.</summary>
public sealed class LoginSettingsTests
{
    private const string Okta = "{ name: okta, issuer: \"https://acme.okta.com\", client_id: a, client_secret: env:OKTA, domains: [example.com] }";

    [Fact]
    public void Everything_is_bound_and_the_secret_is_a_reference()
    {
        var login = Read($"login:\n  github: false\n  oidc:\n    - {Okta}\n    - {{ name: kc, title: Keycloak, issuer: \"https://kc.example.com/realms/a\", client_id: b, client_secret: file:s, claim: preferred_username }}\n").Settings!.Login;

        Assert.False(login.GitHub);
        Assert.Equal(("okta", "okta", "https://acme.okta.com", "a", "env:OKTA"), (login.Oidc[0].Name, login.Oidc[0].Title, login.Oidc[0].Issuer, login.Oidc[0].ClientId, login.Oidc[0].ClientSecret));
        Assert.Equal(("Keycloak", "preferred_username", "file:/srv/s"), (login.Oidc[1].Title, login.Oidc[1].Claim, login.Oidc[1].ClientSecret));
        Assert.True(Read("host: a\n").Settings!.Login is { GitHub: true, Oidc: [] });
    }

    [Theory]
    [InlineData("{ name: github, issuer: \"https://a.example\", client_id: a }", "other than github")]
    [InlineData("{ name: a/b, issuer: \"https://a.example\", client_id: a }", "other than github")]
    [InlineData("{ name: a, issuer: \"http://a.example\", client_id: a }", "an https URL")]
    [InlineData("{ name: a, issuer: \"https://u:p@a.example\", client_id: a }", "an https URL")]
    [InlineData("{ name: a, issuer: \"https://a.example\", client_id: a, client_secret: hunter2 }", "env:NAME or file:PATH")]
    [InlineData("{ name: a, issuer: \"https://a.example\" }", "client_id")]
    [InlineData("{ name: a, issuer: \"https://a.example\", client_id: a, domains: [\"*\"] }", "a mail domain")]
    [InlineData("{ name: a, issuer: \"https://a.example\", client_id: a, domains: [\"*.example\"] }", "a mail domain")]
    public void What_cannot_be_is_refused(string provider, string said)
    {
        var errors = Read($"login: {{ oidc: [{provider}] }}\n").Errors;
        Assert.Contains(errors, error => error.Message.Contains(said, StringComparison.Ordinal));
        Assert.DoesNotContain(errors, error => error.Message.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ name: okta, issuer: \"https://b.example\", client_id: b, claim: sub }", "two login providers 'okta'")]
    [InlineData("{ name: other, issuer: \"https://b.example\", client_id: b }", "'other' needs `domains`")]
    [InlineData("{ name: other, issuer: \"https://b.example\", client_id: b, domains: [Example.com] }", "in the domains of 'okta' already")]
    public void One_provider_does_not_vouch_for_anothers_people(string second, string said) =>
        Assert.Contains(said, Assert.Single(Read($"login: {{ oidc: [{Okta}, {second}] }}\n").Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void Secret_that_is_not_there_is_named_and_never_repeated()
    {
        var references = new SecretReferences(name => name == "SET" ? "value" : null, _ => null);
        Assert.Equal("value", references.Follow("login.oidc.a.client_secret", "env:SET"));
        Assert.Null(references.Follow("login.oidc.b.client_secret", "env:MISSING"));
        Assert.StartsWith("`login.oidc.b.client_secret` refers to the environment variable MISSING, which is not set", Assert.Single(references.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain("value", Read($"login: {{ oidc: [{Okta}] }}\n").Settings!.Login.Oidc[0] with { ClientSecret = "value" } + "", StringComparison.Ordinal);
    }

    private static OperatorSettingsResult Read(string text) => OperatorSettingsReader.Read("towpath.yaml", text, "/srv");
}
