using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>Calls about repositories, their tags and policies.</summary>
internal static partial class RepositoryCalls
{
    public static JsonObject Create(Region region, JsonObject input)
    {
        var name = input.Text("repositoryName") ?? "";
        if (!Name().IsMatch(name)) throw EcrFaults.Invalid($"'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '{NamePattern}''");
        var made = region.Ecr.Create(name, input.Text("imageTagMutability") ?? "MUTABLE")
            ?? throw new AwsFault("RepositoryAlreadyExistsException", $"The repository with name '{name}' already exists in the registry with id '{region.Account}'");
        made.ScansOnPush = input.Member("imageScanningConfiguration")?.Flag("scanOnPush") ?? false;
        foreach (var tag in input.Items("tags")) made.Tags[tag.Text("Key")!] = tag.Text("Value") ?? "";
        return Json.Object(("repository", Write(made)));
    }

    public static JsonObject Describe(Region region, JsonObject input)
    {
        var names = input.Strings("repositoryNames");
        var found = names.Count == 0
            ? region.Ecr.Repositories.ToList()
            : [.. names.Select(name => region.Ecr.Find(name) ?? throw EcrFaults.RepositoryNotFound(region, name))];
        var (page, next) = Pages.Of(found, input, 100);
        return Json.Object(("repositories", Json.Array(page.Select(Write))), ("nextToken", next));
    }

    public static JsonObject Delete(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        if (repository.Images.Any() && !input.Flag("force"))
            throw new AwsFault("RepositoryNotEmptyException", $"The repository with name '{repository.Name}' in registry with id '{region.Account}' cannot be deleted because it still contains images");
        region.Ecr.Delete(repository.Name);
        return Json.Object(("repository", Write(repository)));
    }

    public static JsonObject PutMutability(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        repository.Mutability = input.Text("imageTagMutability") ?? "MUTABLE";
        return Answer(repository, ("imageTagMutability", repository.Mutability));
    }

    public static JsonObject PutScanning(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        repository.ScansOnPush = input.Member("imageScanningConfiguration")?.Flag("scanOnPush") ?? false;
        return Answer(repository, ("imageScanningConfiguration", Json.Object(("scanOnPush", repository.ScansOnPush))));
    }

    public static JsonObject SetPolicy(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        repository.Policy = input.Text("policyText");
        return Answer(repository, ("policyText", repository.Policy));
    }

    public static JsonObject GetPolicy(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        return Answer(repository, ("policyText", repository.Policy ?? throw NoPolicy(repository)));
    }

    public static JsonObject DeletePolicy(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var policy = repository.Policy ?? throw NoPolicy(repository);
        repository.Policy = null;
        return Answer(repository, ("policyText", policy));
    }

    public static JsonObject Tag(Region region, JsonObject input)
    {
        var tags = TagsOf(region, input);
        foreach (var tag in input.Items("tags")) tags[tag.Text("Key")!] = tag.Text("Value") ?? "";
        return [];
    }

    public static JsonObject ListTags(Region region, JsonObject input) => Json.Object(("tags", Json.Array(
        TagsOf(region, input).OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => Json.Object(("Key", tag.Key), ("Value", tag.Value))))));

    /// <summary>An answer that begins with which repository it is about.</summary>
    internal static JsonObject Answer(Repository repository, params ReadOnlySpan<(string, JsonNode?)> members) =>
        Json.Object([("registryId", repository.Registry.Region.Account), ("repositoryName", repository.Name), .. members]);

    private static JsonObject Write(Repository repository) => Json.Object(
        ("repositoryArn", repository.Arn),
        ("registryId", repository.Registry.Region.Account),
        ("repositoryName", repository.Name),
        ("repositoryUri", repository.Uri),
        ("createdAt", Json.Epoch(repository.CreatedAt)),
        ("imageTagMutability", repository.Mutability),
        ("imageScanningConfiguration", Json.Object(("scanOnPush", repository.ScansOnPush))),
        ("encryptionConfiguration", Json.Object(("encryptionType", "AES256"))));

    private static Dictionary<string, string> TagsOf(Region region, JsonObject input)
    {
        var prefix = region.Arn("ecr", "repository/");
        var arn = input.Text("resourceArn") ?? "";
        var name = arn.StartsWith(prefix, StringComparison.Ordinal) ? arn[prefix.Length..] : arn;
        return (region.Ecr.Find(name) ?? throw EcrFaults.RepositoryNotFound(region, name)).Tags;
    }

    private static AwsFault NoPolicy(Repository repository) => new(
        "RepositoryPolicyNotFoundException",
        $"Repository policy does not exist for the repository with name '{repository.Name}' in the registry with id '{repository.Registry.Region.Account}'");

    private const string NamePattern = "(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*";

    [GeneratedRegex("^" + NamePattern + "$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
