using System.Globalization;
using System.Xml.Linq;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Iam;

/// <summary>Roles and identity providers (AWS IAM API Reference).</summary>
public sealed class IamClient(AwsCaller caller)
{
    private const string Missing = "NoSuchEntity";

    /// <returns>Null where there is none.</returns>
    public Task<IamRole?> FindRoleAsync(AwsScope scope, string name, CancellationToken cancellationToken) => OrNullAsync(async () =>
    {
        var role = (await CallAsync(scope, "GetRole", [new("RoleName", name)], cancellationToken)).Element("Role")!;
        return new IamRole(
            role.Text("RoleName"), role.Text("Arn"), Uri.UnescapeDataString(role.Text("AssumeRolePolicyDocument")),
            int.TryParse(role.Text("MaxSessionDuration"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 3600);
    });

    /// <returns>The policy of that name within the role; null where there is none.</returns>
    public Task<string?> FindRolePolicyAsync(AwsScope scope, string role, string policy, CancellationToken cancellationToken) => OrNullAsync(async () =>
        Uri.UnescapeDataString((await CallAsync(scope, "GetRolePolicy", [new("RoleName", role), new("PolicyName", policy)], cancellationToken)).Text("PolicyDocument")));

    public Task CreateRoleAsync(AwsScope scope, NewRole role, CancellationToken cancellationToken) => CallAsync(
        scope, "CreateRole",
        [
            new("RoleName", role.Name), new("Path", role.Path), new("AssumeRolePolicyDocument", role.Trust), new("Description", role.Description),
            new("MaxSessionDuration", role.MaxSessionDuration.ToString(CultureInfo.InvariantCulture)),
        ], cancellationToken);

    public Task PutTrustAsync(AwsScope scope, string role, string document, CancellationToken cancellationToken) =>
        CallAsync(scope, "UpdateAssumeRolePolicy", [new("RoleName", role), new("PolicyDocument", document)], cancellationToken);

    public Task PutRolePolicyAsync(AwsScope scope, string role, string policy, string document, CancellationToken cancellationToken) =>
        CallAsync(scope, "PutRolePolicy", [new("RoleName", role), new("PolicyName", policy), new("PolicyDocument", document)], cancellationToken);

    public Task LimitSessionAsync(AwsScope scope, string role, int seconds, CancellationToken cancellationToken) =>
        CallAsync(scope, "UpdateRole", [new("RoleName", role), new("MaxSessionDuration", seconds.ToString(CultureInfo.InvariantCulture))], cancellationToken);

    /// <returns>The audiences that the provider accepts; null where there is no such provider.</returns>
    public Task<IReadOnlyList<string>?> FindProviderAsync(AwsScope scope, string arn, CancellationToken cancellationToken) => OrNullAsync<IReadOnlyList<string>>(async () =>
        [.. (await CallAsync(scope, "GetOpenIDConnectProvider", [new("OpenIDConnectProviderArn", arn)], cancellationToken)).Members("ClientIDList").Select(id => id.Value)]);

    public Task CreateProviderAsync(AwsScope scope, string url, string audience, CancellationToken cancellationToken) =>
        CallAsync(scope, "CreateOpenIDConnectProvider", [new("Url", url), .. AwsQuery.List("ClientIDList", [audience])], cancellationToken);

    public Task AddAudienceAsync(AwsScope scope, string arn, string audience, CancellationToken cancellationToken) =>
        CallAsync(scope, "AddClientIDToOpenIDConnectProvider", [new("OpenIDConnectProviderArn", arn), new("ClientID", audience)], cancellationToken);

    private Task<XElement> CallAsync(AwsScope scope, string name, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken) =>
        caller.CallAsync(scope, new AwsQuery.QueryOperation(AwsService.Iam, "2010-05-08", name), parameters, cancellationToken);

    private static async Task<T?> OrNullAsync<T>(Func<Task<T>> call) where T : class
    {
        try
        {
            return await call();
        }
        catch (AwsException e) when (e.Code == Missing)
        {
            return null;
        }
    }
}

/// <param name="Name">Without its path.</param>
/// <param name="Arn">With its path.</param>
/// <param name="Trust">Who may assume it.</param>
/// <param name="MaxSessionDuration">Seconds.</param>
public sealed record IamRole(string Name, string Arn, string Trust, int MaxSessionDuration);

public sealed record NewRole(string Name, string Path, string Trust, string Description, int MaxSessionDuration);
