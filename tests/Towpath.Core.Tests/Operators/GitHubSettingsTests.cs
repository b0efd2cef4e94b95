using Towpath.Core.Operators;
using Xunit;

namespace Towpath.Core.Tests.Operators;

public sealed class GitHubSettingsTests
{
    [Fact]
    public void All_keys_are_read_and_files_are_meant_from_the_settings_folder()
    {
        var settings = Read("""
            app_id: 12345
            private_key: file:keys/app.pem
            webhook_secret: env:WEBHOOK_SECRET
            client_id: Iv1.abc
            client_secret: file:/etc/towpath/client
            api_url: https://github.example.com/api/v3
            web_url: https://github.example.com
            keep_deliveries: 7d
            """);

        Assert.Equal(
            new GitHubSettings
            {
                AppId = 12345, PrivateKey = "file:/srv/keys/app.pem", WebhookSecret = "env:WEBHOOK_SECRET", ClientId = "Iv1.abc", ClientSecret = "file:/etc/towpath/client",
                ApiUrl = "https://github.example.com/api/v3", WebUrl = "https://github.example.com", KeepDeliveries = TimeSpan.FromDays(7),
            },
            settings);
    }

    [Fact]
    public void Nothing_is_needed_and_days_have_a_default()
    {
        Assert.Null(OperatorSettingsReader.Read("towpath.yaml", "host: x\n", "/srv").Settings!.GitHub);
        Assert.Equal(TimeSpan.FromDays(30), Read("app_id: 1").KeepDeliveries);
    }

    [Theory]
    [InlineData("webhook_secret: hunter2")]
    [InlineData("private_key: \"-----BEGIN RSA PRIVATE KEY----- hunter2\"")]
    [InlineData("client_secret: ssm:/hunter2")]
    [InlineData("webhook_secret: \"env:hunter2 x\"")]
    [InlineData("webhook_secret: \"file:\"")]
    public void Secret_in_clear_is_refused_and_not_repeated(string line)
    {
        var error = Assert.Single(OperatorSettingsReader.Read("towpath.yaml", $"github:\n  {line}\n", "/srv").Errors);
        Assert.Contains("env:NAME or file:PATH", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api_url: http://github.example.com/api/v3")]
    [InlineData("api_url: https://user:password@github.example.com")]
    [InlineData("web_url: javascript:alert(1)")]
    [InlineData("app_id: 0")]
    [InlineData("app: 1")]
    public void What_cannot_be_right_is_refused(string line) =>
        Assert.Single(OperatorSettingsReader.Read("towpath.yaml", $"github:\n  {line}\n", "/srv").Errors);

    [Fact]
    public void References_are_followed_and_line_ends_are_no_part_of_a_secret()
    {
        var found = Secrets().Resolve(new GitHubSettings { AppId = 1, PrivateKey = "file:/app.pem", WebhookSecret = "env:SECRET" })!;

        Assert.Equal(("of the file", "of the variable", null), (found.PrivateKey, found.WebhookSecret, found.ClientSecret));
        Assert.DoesNotContain("of the", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_references_that_lead_nowhere_are_told()
    {
        var secrets = Secrets();

        Assert.Null(secrets.Resolve(new GitHubSettings { PrivateKey = "file:/nowhere", WebhookSecret = "env:MISSING", ClientSecret = "env:EMPTY" }));

        Assert.Equal(3, secrets.Errors.Count);
        Assert.Equal("`github.webhook_secret` refers to the environment variable MISSING, which is not set; set it for the process that runs `towpath up`", secrets.Errors[1]);
    }

    [Theory]
    [InlineData(null, null, "https://api.github.com", "https://github.com")]
    [InlineData("https://github.example.com/api/v3/", null, "https://github.example.com/api/v3", "https://github.example.com")]
    [InlineData(null, "https://ghes.example.com/api/v3", "https://ghes.example.com/api/v3", "https://ghes.example.com")]
    [InlineData("https://api.acme.ghe.com", null, "https://api.acme.ghe.com", "https://acme.ghe.com")]
    public void Addresses_follow_from_each_other(string? told, string? variable, string api, string web)
    {
        var found = new GitHubSecrets(name => name == "GITHUB_API_URL" ? variable : null, _ => null).Resolve(new GitHubSettings { ApiUrl = told })!;

        Assert.Equal((api, web), (found.ApiUrl, found.WebUrl));
    }

    private static GitHubSecrets Secrets() => new(
        name => name switch { "SECRET" => "of the variable", "EMPTY" => " ", _ => null }, path => path == "/app.pem" ? "of the file\r\n" : null);

    private static GitHubSettings Read(string github) =>
        OperatorSettingsReader.Read("towpath.yaml", "github:\n  " + github.ReplaceLineEndings("\n").Replace("\n", "\n  ", StringComparison.Ordinal), "/srv").Settings!.GitHub!;
}
