using System.Net;
using Towpath.Core.Applications.Grammar;
using static Towpath.Core.Applications.Grammar.Texts;

namespace Towpath.Core.Operators;

/// <summary>The grammar of <c>towpath.yaml</c>, the operator's file.</summary>
public static class OperatorGrammar
{
    private static readonly Rule.ListOf Folders = new(new Rule.Text(Expected: "a folder other than the root of the file system") { Accepts = IsFolder });

    private static readonly Rule.Text BranchName = new(Expected: "the name of a branch such as main") { Accepts = IsBranch };

    private static readonly Rule.Mapping Deliverybot = new(
        new Key("application", Slug, "The application that the file becomes. Default: the repository's name."),
        new Key("ref", BranchName, "The branch that the file is read from, which GitHub protects. Default: the repository's default branch."),
        new Key("unprotected", new Rule.Toggle(), "Whether a branch that nothing protects is read all the same; whoever may push there then decides what is deployed where."),
        new Key("ids", ApplicationGrammar.IdsRule, "GitHub's ids of that repository and its owner, which are asked of GitHub if left out, once."));

    private static readonly Rule.Mapping Config = new(
        new Key("folder", Any, "The folder of `organization.yaml` and `apps/`, relative to this file."),
        new Key("repository", Repository, "A GitHub repository instead of a folder, which the GitHub App reaches."),
        new Key("ref", BranchName, "The branch in that repository, which GitHub protects. Default: the repository's default branch."),
        new Key("unprotected", new Rule.Toggle(), "Whether a branch that nothing protects is read all the same; whoever may push there then decides over the policy."),
        new Key("ids", ApplicationGrammar.IdsRule, "GitHub's ids of that repository and its owner, which are asked of GitHub if left out, once."),
        new Key("deliverybot", new Rule.MapOf(Deliverybot, NameExpected: "a GitHub repository as owner/name") { AcceptsName = IsRepository }, "Repositories of applications whose Deliverybot file, `.github/deploy.yml`, is served as it is, by `owner/name`."));

    private static readonly Rule.Mapping Project = new(
        new Key("repositories", new Rule.ListOf(Repository) { MinimumCount = 1 }, "The repositories whose applications belong to the project.", Required: true),
        new Key("folders", new Rule.Anything(), "Folders that they may use, relative to this file.", NotYet: "folders of a project; `allow` has those of all"),
        new Key("management_role", ProjectTexts.RoleArn, "The role that leads to the project's roles, by ARN: the only one that they trust. Default: `aws.management_role`, a dash and the project's name."),
        new Key("builds_role", ProjectTexts.RoleArn, "The role that the project's builds are pushed by, by ARN. Default: `aws.shared_services_role`, a dash and the project's name."),
        new Key("roles", ProjectTexts.Roles, "Patterns of the AWS roles that they may assume, by ARN; `*` stands for anything but `/`, `**` for anything; `own` allows targets without a role, which act with the control plane's own credentials."),
        new Key("parameters", ProjectTexts.Parameters, "Patterns of the SSM parameters that they may read and write."),
        new Key("buckets", ProjectTexts.Buckets, "Patterns of the buckets that they may use."),
        new Key("secrets", ProjectTexts.Secrets, "Patterns of the secrets of AWS Secrets Manager that tasks may be given, as ARNs name them: with the dash and six characters behind the name."),
        new Key("log_groups", ProjectTexts.LogGroups, "Patterns of the log groups that a task definition's template may name; the last lines of a task that crashed are shown."),
        new Key("registries", ProjectTexts.Registries, "Patterns of the container repositories that they may use, as `host/repository`; Docker Hub is `docker.io`."));

    private static readonly Rule.Mapping Aws = new(
        new Key("management_role", ProjectTexts.RoleArn, "The role that is assumed first, by ARN; with projects, what those of the projects are named after. Default: the identity that the surroundings give."),
        new Key("shared_services_role", ProjectTexts.RoleArn, "The role that reads registries and buckets which all environments share, by ARN."),
        new Key("region", ProjectTexts.Region, "The region where a spec names none."));

    private static readonly Rule.Text Secret = new(Expected: "where the secret is: env:NAME or file:PATH") { Accepts = IsSecretReference, Sensitive = true };

    private static readonly Rule.Text WebAddress = new(Expected: "an https URL such as https://github.example.com") { Accepts = IsWebAddress };

    private static readonly Rule.Mapping GitHub = new(
        new Key("app_id", new Rule.Number(Minimum: 1), "The App's id."),
        new Key("private_key", Secret, "The App's private key in PEM: `file:PATH`, relative to this file, or `env:NAME`."),
        new Key("webhook_secret", Secret, "What deliveries are signed with: `file:PATH` or `env:NAME`. Without it no delivery is taken in."),
        new Key("client_id", Any, "The App's client id, for people who log in with GitHub."),
        new Key("client_secret", Secret, "The App's client secret: `file:PATH` or `env:NAME`."),
        new Key("api_url", WebAddress, "The API of a GitHub Enterprise Server, such as https://github.example.com/api/v3. Default: `GITHUB_API_URL` of the environment, else https://api.github.com."),
        new Key("web_url", WebAddress, "Its pages. Default: what follows from `api_url`, https://github.com for GitHub's own."),
        new Key("secondary_limits", new Rule.Text(["github", "none"]), "Whether calls keep to the secondary limits that GitHub documents: `github`, the default, or `none` for an Enterprise Server without limits."),
        new Key("keep_deliveries", new Rule.Duration(), "How long deliveries that were handled are kept; what was not understood stays three times as long. Default `30d`."));

    private static readonly Rule.Mapping Oidc = new(
        new Key("name", new Rule.Text(Expected: SlugExpected + ", other than github") { Accepts = text => IsSlug(text) && text != "github" }, "Its name in addresses: it sends people back to `/login/NAME/callback`.", Required: true),
        new Key("title", Any, "Its name on the login page. Default: `name`."),
        new Key("issuer", WebAddress, "The issuer, exactly as its tokens name it; what else is needed is read from its `/.well-known/openid-configuration`.", Required: true),
        new Key("client_id", Any, "What the provider knows Towpath as. Tokens for anybody else do not count.", Required: true),
        new Key("client_secret", Secret, "Its secret: `file:PATH` or `env:NAME`. May be left out where the provider asks for none."),
        new Key("claim", new Rule.Text(Expected: "the name of a claim, such as preferred_username") { Accepts = IsClaim }, "The claim that is the user's name, which then is `NAME:value` in roles. Default: the mail address, where the provider says that it is verified."),
        new Key("domains", new Rule.ListOf(new Rule.Text(Expected: "a mail domain such as example.com") { Accepts = IsDomain }) { MinimumCount = 1 }, "The mail domains that it may speak for; needed where several providers give mail addresses."));

    private static readonly Rule.Mapping Login = new(
        new Key("github", new Rule.Toggle(), "Whether people may log in with GitHub, where the App has a client. Default `true`."),
        new Key("oidc", new Rule.ListOf(Oidc), "OpenID Connect providers that vouch for people."));

    private static readonly Rule.Mapping Allow = new(
        new Key("commands", new Rule.ListOf(Any), "Programs that verifications may run, compared to the letter with the first word of `run`."),
        new Key("env", new Rule.ListOf(new Rule.Text(Expected: "the name of an environment variable") { Accepts = IsVariableName }), "Names that `env:NAME` may refer to."),
        new Key("folders", Folders, "Folders that specs may read from and write to, relative to this file; a relative path in a spec lies in the first."),
        new Key("private_addresses", new Rule.ListOf(new Rule.Text(Expected: "an address such as 127.0.0.1 or a range such as 10.1.0.0/16") { Accepts = IsAddress }), "Loopback, private and link-local addresses that URLs in specs may reach."));

    public static Rule.Mapping Root { get; } = new(
        new Key("urls", new Rule.ListOf(new Rule.Text(Expected: "an http or https URL such as http://127.0.0.1:8470") { Accepts = IsUrl }, OrOne: true) { MinimumCount = 1 }, "Where the control plane listens; the CLI's default server too. Default `http://127.0.0.1:8470`."),
        new Key("public_url", WebAddress, "The address that people, GitHub and login providers use, where another is in front of `urls`."),
        new Key("database", new Rule.Text(Expected: "sqlite:PATH or postgres://…") { Accepts = IsDatabase, Sensitive = true }, "Where everything is remembered. Default `sqlite:.towpath/towpath.db`."),
        new Key("host", new Rule.Text(Expected: "a host name") { Accepts = IsHost }, "This machine's name, for targets that live on one machine. Default: the name that the machine gives itself."),
        new Key("config", Config, "Where specs come from. Default: the folder of this file."),
        new Key("github", GitHub, "The GitHub App. Its secrets stand here as references only."),
        new Key("login", Login, "How people log in besides with tokens."),
        new Key("aws", Aws, "The roles that are assumed first."),
        new Key("projects", new Rule.MapOf(Project, NameExpected: SlugExpected) { AcceptsName = IsSlug }, "Which repositories may use what. With at least one, every application's repository must be in one."),
        new Key("allow", Allow, "What specs may use of this machine. Nothing unless listed."));

    private static bool IsBranch(string text) =>
        text.Length <= 255 && !text.StartsWith("refs/", StringComparison.Ordinal) && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '*' or '\\' or '?' or '[' or '~' or '^' or ':')
        && text.Split('/').All(part => part is not ("" or "." or ".."));

    private static bool IsFolder(string text) => text.Trim('/', '\\', ' ').Length > 0;

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal), UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    private static bool IsSecretReference(string text) =>
        (text.StartsWith("env:", StringComparison.Ordinal) && IsVariableName(text[4..]))
        || (text.StartsWith("file:", StringComparison.Ordinal) && text.Length > 5 && !text.Any(char.IsControl));

    /// <summary>Tokens go there, so not in the clear; but for this machine.</summary>
    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private static bool IsClaim(string text) => text.Length <= 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '/');

    private static bool IsDomain(string text) =>
        text.Length <= 253 && text.Contains('.', StringComparison.Ordinal) && text.Split('.').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));

    private static bool IsDatabase(string text) =>
        (text.StartsWith("sqlite:", StringComparison.Ordinal) && text.Length > "sqlite:".Length)
        || text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);

    private static bool IsHost(string text) => text.Length <= 253 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');

    private static bool IsAddress(string text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _);
}
