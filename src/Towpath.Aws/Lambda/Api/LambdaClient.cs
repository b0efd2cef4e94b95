using System.Globalization;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Lambda.Api;

/// <summary>Functions, versions and aliases (AWS Lambda API Reference).</summary>
public sealed class LambdaClient(AwsCaller caller)
{
    private const string Functions = "/2015-03-31/functions/";
    private const int MostVersions = 50;

    /// <param name="scope">Where.</param>
    /// <param name="function">Its name.</param>
    /// <param name="version">A published version; null for what was uploaded last.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null where there is none.</returns>
    public Task<FunctionConfiguration?> FindAsync(AwsScope scope, string function, string? version, CancellationToken cancellationToken) => OrNullAsync(() => caller.CallAsync(
        scope, Operation("GetFunctionConfiguration", HttpMethod.Get, function, "/configuration", version is null ? [] : [new("Qualifier", version)]),
        LambdaJson.Default.FunctionConfiguration, cancellationToken));

    /// <summary>Every published version, the oldest first.</summary>
    public async Task<IReadOnlyList<FunctionConfiguration>> ListVersionsAsync(AwsScope scope, string function, CancellationToken cancellationToken)
    {
        var versions = new List<FunctionConfiguration>();
        string? marker = null;
        do
        {
            List<KeyValuePair<string, string>> query = [new("MaxItems", MostVersions.ToString(CultureInfo.InvariantCulture))];
            if (marker is not null) query.Add(new("Marker", marker));
            var page = await caller.CallAsync(
                scope, Operation("ListVersionsByFunction", HttpMethod.Get, function, "/versions", query), LambdaJson.Default.VersionPage, cancellationToken);
            versions.AddRange((page.Versions ?? []).Where(v => v.Version != FunctionConfiguration.Latest));
            marker = page.NextMarker;
        }
        while (!string.IsNullOrEmpty(marker));
        return versions;
    }

    /// <summary>Takes up new code without publishing it.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="function">Its name.</param>
    /// <param name="code">Where the zip is, and the revision that it may replace.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<FunctionConfiguration> UpdateCodeAsync(AwsScope scope, string function, CodeUpdate code, CancellationToken cancellationToken) => caller.CallAsync(
        scope, Operation("UpdateFunctionCode", HttpMethod.Put, function, "/code"), code, LambdaJson.Default.CodeUpdate, LambdaJson.Default.FunctionConfiguration, cancellationToken);

    /// <summary>Publishes what was uploaded last. Where neither code nor configuration changed since the last version, AWS answers with that one.</summary>
    public Task<FunctionConfiguration> PublishAsync(AwsScope scope, string function, Publication publication, CancellationToken cancellationToken) => caller.CallAsync(
        scope, Operation("PublishVersion", HttpMethod.Post, function, "/versions"), publication, LambdaJson.Default.Publication, LambdaJson.Default.FunctionConfiguration, cancellationToken);

    /// <returns>Null where there is none.</returns>
    public Task<FunctionAlias?> FindAliasAsync(AwsScope scope, string function, string alias, CancellationToken cancellationToken) => OrNullAsync(() => caller.CallAsync(
        scope, Operation("GetAlias", HttpMethod.Get, function, "/aliases/" + Uri.EscapeDataString(alias)), LambdaJson.Default.FunctionAlias, cancellationToken));

    public Task<FunctionAlias> CreateAliasAsync(AwsScope scope, string function, FunctionAlias alias, CancellationToken cancellationToken) => caller.CallAsync(
        scope, Operation("CreateAlias", HttpMethod.Post, function, "/aliases"), alias, LambdaJson.Default.FunctionAlias, LambdaJson.Default.FunctionAlias, cancellationToken);

    /// <summary>Changes an alias, where its revision is still <see cref="FunctionAlias.RevisionId"/>.</summary>
    public Task<FunctionAlias> UpdateAliasAsync(AwsScope scope, string function, FunctionAlias alias, CancellationToken cancellationToken) => caller.CallAsync(
        scope, Operation("UpdateAlias", HttpMethod.Put, function, "/aliases/" + Uri.EscapeDataString(alias.Name!)), alias with { Name = null },
        LambdaJson.Default.FunctionAlias, LambdaJson.Default.FunctionAlias, cancellationToken);

    private static AwsRest.RestOperation Operation(string name, HttpMethod method, string function, string rest, IReadOnlyList<KeyValuePair<string, string>>? query = null) =>
        new(AwsService.Lambda, name, method, Functions + Uri.EscapeDataString(function) + rest) { Query = query ?? [] };

    private static async Task<T?> OrNullAsync<T>(Func<Task<T>> call) where T : class
    {
        try
        {
            return await call();
        }
        catch (AwsException e) when (e.Code == "ResourceNotFoundException")
        {
            return null;
        }
    }
}
