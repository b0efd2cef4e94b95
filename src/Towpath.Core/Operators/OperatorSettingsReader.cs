using System.Collections.Frozen;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;
using Towpath.Core.Deliverybot;

namespace Towpath.Core.Operators;

/// <summary>Reads <c>towpath.yaml</c>. Pure: the caller reads the file and knows its folder.</summary>
public static class OperatorSettingsReader
{
    /// <summary>Settings with everything at its default, as where there is no <c>towpath.yaml</c>.</summary>
    /// <param name="folder">The absolute folder that relative paths are meant from.</param>
    public static OperatorSettings Defaults(string folder) => new() { ConfigFolder = Path.GetFullPath(folder) };

    /// <summary>The settings, or every error of the file.</summary>
    /// <param name="file">The path as the user gave it, for errors.</param>
    /// <param name="text">The content.</param>
    /// <param name="folder">The absolute folder of the file; relative folders in it are meant from there.</param>
    public static OperatorSettingsResult Read(string file, string text, string folder)
    {
        var errors = new SpecErrors();
        var root = YamlReader.Read(file, text, errors);
        if (root is not null) new SpecChecker(errors).Check(root, OperatorGrammar.Root);
        if (root is not null) RefuseShared(root, errors);
        if (root?.Find("config") is SpecNode.Mapping config) RefuseMixed(config, errors);
        if (root is not null) RefuseMixedUp(root, errors);
        if (root is not null) RefuseSameName(root, errors);
        return errors.Count > 0
            ? new OperatorSettingsResult(null, errors.Sorted())
            : new OperatorSettingsResult(root is null ? Defaults(folder) : Bind(root, folder), []);
    }

    private static OperatorSettings Bind(SpecNode root, string folder) => new()
    {
        Urls = TextsOf(root, "urls") is { Count: > 0 } urls ? urls : OperatorSettings.DefaultUrls,
        Database = TextOf(root, "database") ?? OperatorSettings.DefaultDatabase,
        ConfigFolder = Absolute(folder, TextOf(root, "config", "folder") ?? "."),
        Configuration = root.Find("config") is SpecNode.Mapping config && TextOf(config, "repository") is { } repository ? RepositoryOf(config, repository) : null,
        Deliverybot = [.. DeliverybotOf(root).Select(DeliverybotOf)],
        Host = TextOf(root, "host"),
        Limits = new OperatorLimits
        {
            Commands = TextsOf(root, "allow", "commands"),
            EnvironmentNames = TextsOf(root, "allow", "env"),
            Folders = FoldersOf(folder, root, "allow", "folders"),
            PrivateAddresses = TextsOf(root, "allow", "private_addresses"),
            Projects = (root.Find("projects")?.EntriesOrNone ?? []).ToFrozenDictionary(p => p.Key, p => Project(p.Key, p.Value), StringComparer.Ordinal),
        },
        Aws = new AwsSettings
        {
            ManagementRole = TextOf(root, "aws", "management_role"),
            SharedServicesRole = TextOf(root, "aws", "shared_services_role"),
            Region = TextOf(root, "aws", "region"),
        },
        PublicUrl = TextOf(root, "public_url")?.TrimEnd('/'),
        Login = new LoginSettings
        {
            GitHub = TextOf(root, "login", "github") is not "false",
            Oidc = [.. ProvidersOf(root).Select(node => OidcOf(node, folder))],
        },
        GitHub = root.Find("github") is SpecNode.Mapping github ? GitHubOf(github, folder) : null,
    };

    private static ConfigurationRepository RepositoryOf(SpecNode.Mapping config, string repository) => new(repository)
    {
        Branch = TextOf(config, "ref"),
        Unprotected = TextOf(config, "unprotected") is "true",
        Ids = config["ids"] is { } ids ? new RepositoryIds(long.Parse(TextOf(ids, "repository")!, CultureInfo.InvariantCulture), long.Parse(TextOf(ids, "owner")!, CultureInfo.InvariantCulture)) : null,
    };

    private static IReadOnlyList<SpecNode.Entry> DeliverybotOf(SpecNode root) => root.Find("config", "deliverybot")?.EntriesOrNone ?? [];

    private static DeliverybotRepository DeliverybotOf(SpecNode.Entry entry) =>
        new(RepositoryOf((SpecNode.Mapping)entry.Value, entry.Key) with { IsOfApplication = true }, ApplicationOf(entry)!);

    private static string? ApplicationOf(SpecNode.Entry entry) => TextOf(entry.Value, "application") ?? DeliverybotPlace.SlugOf(entry.Key);

    /// <summary>Which of two repositories has an application must not depend on which was read first.</summary>
    private static void RefuseSameName(SpecNode root, SpecErrors errors)
    {
        var repositories = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in DeliverybotOf(root))
            if (!repositories.Add(entry.Key)) errors.Add(entry.At, "claimed-twice", $"'{Quote.Clean(entry.Key)}' stands here already; GitHub's names do not tell upper from lower case");
            else if (ApplicationOf(entry) is not { } application) errors.Add(entry.At, "missing-key", $"the name of '{Quote.Clean(entry.Key)}' makes no name of an application; give it one by 'application'");
            else if (!owners.TryAdd(application, entry.Key))
                errors.Add(entry.At, "claimed-twice", $"the application '{Quote.Clean(application)}' would be that of '{Quote.Clean(owners[application])}' and of '{Quote.Clean(entry.Key)}'; give one another name by 'application'");
    }

    /// <summary>One place, so that nobody wonders which of two counts.</summary>
    private static void RefuseMixed(SpecNode.Mapping config, SpecErrors errors)
    {
        if (config["folder"] is { } folder && config["repository"] is not null) errors.Add(folder.At, "two-places", "'folder' and 'repository' are both given; specs come from one of them");
        if (config["repository"] is not null) return;
        foreach (var key in (string[])["ref", "unprotected", "ids"])
            if (config[key] is { } lone) errors.Add(lone.At, "missing-key", $"'{key}' is about a 'repository', which is missing");
    }

    private static GitHubSettings GitHubOf(SpecNode node, string folder) => new()
    {
        AppId = TextOf(node, "app_id") is { } id && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
        PrivateKey = Reference(folder, TextOf(node, "private_key")),
        WebhookSecret = Reference(folder, TextOf(node, "webhook_secret")),
        ClientId = TextOf(node, "client_id"),
        ClientSecret = Reference(folder, TextOf(node, "client_secret")),
        ApiUrl = TextOf(node, "api_url"),
        WebUrl = TextOf(node, "web_url"),
        HasSecondaryLimits = TextOf(node, "secondary_limits") != "none",
        KeepDeliveries = DurationText.TryParse(TextOf(node, "keep_deliveries"), out var kept) ? kept : GitHubSettings.KeptByDefault,
    };

    private static IReadOnlyList<SpecNode> ProvidersOf(SpecNode root) => (root.Find("login", "oidc") as SpecNode.Sequence)?.Items ?? [];

    private static OidcProvider OidcOf(SpecNode node, string folder) => new()
    {
        Name = TextOf(node, "name")!,
        Title = TextOf(node, "title") ?? TextOf(node, "name")!,
        Issuer = TextOf(node, "issuer")!,
        ClientId = TextOf(node, "client_id")!,
        ClientSecret = Reference(folder, TextOf(node, "client_secret")),
        Claim = TextOf(node, "claim"),
        Domains = TextsOf(node, "domains"),
    };

    private static string? Reference(string folder, string? reference) =>
        reference?.StartsWith(GitHubSettings.File, StringComparison.Ordinal) == true ? GitHubSettings.File + Absolute(folder, reference[GitHubSettings.File.Length..]) : reference;

    private static ProjectLimits Project(string name, SpecNode node) => new(TextsOf(node, "repositories"))
    {
        Name = name,
        ManagementRole = TextOf(node, "management_role"),
        BuildsRole = TextOf(node, "builds_role"),
        Roles = TextsOf(node, "roles"),
        Parameters = TextsOf(node, "parameters"),
        Buckets = TextsOf(node, "buckets"),
        Secrets = TextsOf(node, "secrets"),
        LogGroups = TextsOf(node, "log_groups"),
        Registries = TextsOf(node, "registries"),
    };

    /// <summary>What a repository may use must not depend on which of its projects is looked at.</summary>
    private static void RefuseShared(SpecNode root, SpecErrors errors)
    {
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var project in root.Find("projects")?.EntriesOrNone ?? [])
            foreach (var repository in project.Value.Find("repositories")?.ScalarsOrNone ?? [])
                if (!owners.TryAdd(repository.Value, project.Key) && !string.Equals(owners[repository.Value], project.Key, StringComparison.Ordinal))
                    errors.Add(repository.At, "claimed-twice", $"'{Quote.Clean(repository.Value)}' is in the project '{Quote.Clean(owners[repository.Value])}' already; a repository belongs to one");
    }

    /// <summary>One provider must not vouch for another's people: neither under its name, nor for its mail addresses.</summary>
    private static void RefuseMixedUp(SpecNode root, SpecErrors errors)
    {
        var providers = ProvidersOf(root);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var domains = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var byMail = providers.Count(provider => TextOf(provider, "claim") is null);
        foreach (var provider in providers)
        {
            var name = TextOf(provider, "name") ?? "";
            if (!names.Add(name)) errors.Add(provider.At, "claimed-twice", $"there are two login providers '{Quote.Clean(name)}'; give each a name of its own");
            if (TextOf(provider, "claim") is not null) continue;
            if (byMail > 1 && provider.Find("domains") is null)
                errors.Add(provider.At, "missing", $"'{Quote.Clean(name)}' needs `domains`: with several providers, each must say whose mail addresses it may speak for");
            foreach (var domain in provider.Find("domains")?.ScalarsOrNone ?? [])
                if (!domains.TryAdd(domain.Value, name)) errors.Add(domain.At, "claimed-twice", $"'{Quote.Clean(domain.Value)}' is in the domains of '{Quote.Clean(domains[domain.Value])}' already; one provider speaks for it");
        }
    }

    private static IReadOnlyList<string> FoldersOf(string folder, SpecNode node, params ReadOnlySpan<string> path)
    {
        var folders = TextsOf(node, path);
        return [.. folders.Select(name => Absolute(folder, name))];
    }

    private static string Absolute(string folder, string name) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(folder, name)));

    private static string? TextOf(SpecNode node, params ReadOnlySpan<string> path) => (node.Find(path) as SpecNode.Scalar)?.Value;

    private static IReadOnlyList<string> TextsOf(SpecNode node, params ReadOnlySpan<string> path) =>
        [.. (node.Find(path)?.ScalarsOrNone ?? []).Select(scalar => scalar.Value)];
}

/// <param name="Settings">Null where there is any error.</param>
/// <param name="Errors">Everything that is wrong, from top to bottom.</param>
public sealed record OperatorSettingsResult(OperatorSettings? Settings, IReadOnlyList<SpecError> Errors);
