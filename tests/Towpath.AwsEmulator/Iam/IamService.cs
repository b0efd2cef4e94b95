using System.Text.Json.Nodes;
using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Calling.Policies;
using Towpath.AwsEmulator.Oidc;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Iam;

/// <summary>Roles with inline policies, and OIDC providers. Source: AWS Identity and Access Management API Reference, version 2010-05-08.</summary>
internal sealed partial class IamService : QueryService, ISeededService
{
    private readonly EmulatorWorld _world;

    public IamService(EmulatorWorld world) : base("iam", "https://iam.amazonaws.com/doc/2010-05-08/")
    {
        _world = world;
        On("CreateRole", CreateRole);
        On("GetRole", (input, caller) => Result(RoleElement(Role(input, caller))));
        On("ListRoles", ListRoles);
        On("UpdateRole", UpdateRole);
        On("DeleteRole", DeleteRole);
        On("UpdateAssumeRolePolicy", UpdateAssumeRolePolicy);
        On("TagRole", TagRole);
        On("UntagRole", UntagRole);
        On("ListRoleTags", (input, caller) => Result(TagsElement(Role(input, caller).Tags), new XElement("IsTruncated", "false")));
        On("PutRolePolicy", PutRolePolicy);
        On("GetRolePolicy", GetRolePolicy);
        On("DeleteRolePolicy", DeleteRolePolicy);
        On("ListRolePolicies", (input, caller) => Result(
            new XElement("PolicyNames", Role(input, caller).Policies.Keys.Order(StringComparer.Ordinal).Select(n => new XElement("member", n))),
            new XElement("IsTruncated", "false")));
        On("ListAttachedRolePolicies", (input, caller) =>
        {
            _ = Role(input, caller);
            return Result(new XElement("AttachedPolicies"), new XElement("IsTruncated", "false"));
        });
        OnProviders();
    }

    private IamState State => _world.State.Of<IamState>();

    public override IEnumerable<NeededPermission> NeedsOf(EmulatorCall call)
    {
        var input = InputOf(call);
        var resource = input.Get("RoleName") is { } role
            ? State.Roles.Values.FirstOrDefault(r => r.Account == call.Caller.Account && r.Name == role)?.Arn
                ?? $"arn:aws:iam::{call.Caller.Account}:role{input.Get("Path") ?? "/"}{role}"
            : input.Get("OpenIDConnectProviderArn");
        return [new($"iam:{call.Operation}", resource)];
    }

    /// <summary><c>{ "roles": [ { "arn", "trust", "maxSessionDuration", "policies": { name: document } } ], "providers": [ { "issuer", "clientIds" } ] }</c>.</summary>
    public void Seed(JsonObject state, string account, string region)
    {
        foreach (var role in state["roles"]?.AsArray() ?? [])
        {
            var added = State.AddRole(
                (string)role!["arn"]!, role["trust"] is { } trust ? Text(trust) : null, (int?)role["maxSessionDuration"] ?? 3600);
            foreach (var (name, document) in role["policies"]?.AsObject() ?? []) added.Policies[name] = Text(document!);
        }

        foreach (var provider in state["providers"]?.AsArray() ?? [])
            State.AddProvider(account, (string)provider!["issuer"]!, [.. (provider["clientIds"]?.AsArray() ?? []).Select(c => (string)c!)]);
    }

    private static string Text(JsonNode document) => document is JsonValue value ? (string)value! : document.ToJsonString();

    private EmulatedRole Role(QueryInput input, Caller caller)
    {
        var name = input.Required("RoleName");
        return State.Roles.Values.FirstOrDefault(r => r.Account == caller.Account && r.Name == name)
            ?? throw new AwsFault("NoSuchEntity", $"The role with name {name} cannot be found.", StatusCodes.Status404NotFound);
    }

    private XElement CreateRole(QueryInput input, Caller caller)
    {
        var name = input.Required("RoleName");
        var arn = $"arn:aws:iam::{caller.Account}:role{input.Get("Path") ?? "/"}{name}";
        if (State.Roles.Values.Any(r => r.Account == caller.Account && string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase)))
            throw new AwsFault("EntityAlreadyExists", $"Role with name {name} already exists.", StatusCodes.Status409Conflict);
        var trust = TrustOf(input.Required("AssumeRolePolicyDocument"));
        var role = new EmulatedRole(arn, trust)
        {
            Description = input.Get("Description"), Created = _world.Now, MaxSessionDuration = int.TryParse(input.Get("MaxSessionDuration"), out var seconds) ? seconds : 3600,
        };
        SetTags(role, input);
        State.Roles[arn] = role;
        return Result(RoleElement(role));
    }

    private XElement ListRoles(QueryInput input, Caller caller) => Result(
        new XElement("Roles", State.Roles.Values
            .Where(r => r.Account == caller.Account && r.Path.StartsWith(input.Get("PathPrefix") ?? "/", StringComparison.Ordinal))
            .OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => RoleElement(r, "member"))),
        new XElement("IsTruncated", "false"));

    private XElement UpdateRole(QueryInput input, Caller caller)
    {
        var role = Role(input, caller);
        if (input.Get("Description") is { } description) role.Description = description;
        if (int.TryParse(input.Get("MaxSessionDuration"), out var seconds)) role.MaxSessionDuration = seconds;
        return Result();
    }

    private XElement? DeleteRole(QueryInput input, Caller caller)
    {
        var role = Role(input, caller);
        if (!role.Policies.IsEmpty) throw new AwsFault("DeleteConflict", "Cannot delete entity, must delete policies first.", StatusCodes.Status409Conflict);
        State.Roles.TryRemove(role.Arn, out _);
        return null;
    }

    private XElement? UpdateAssumeRolePolicy(QueryInput input, Caller caller)
    {
        Role(input, caller).Trust = TrustOf(input.Required("PolicyDocument"));
        return null;
    }

    private XElement? TagRole(QueryInput input, Caller caller)
    {
        SetTags(Role(input, caller), input);
        return null;
    }

    private XElement? UntagRole(QueryInput input, Caller caller)
    {
        var role = Role(input, caller);
        foreach (var key in input.List("TagKeys")) role.Tags.TryRemove(key, out _);
        return null;
    }

    private XElement? PutRolePolicy(QueryInput input, Caller caller)
    {
        var document = input.Required("PolicyDocument");
        var statements = Parsed(document).Statements;
        if (statements.Any(s => s.Resources is null && s.NotResources is null)) throw Malformed("Policy statement must contain resources.");
        if (statements.Any(s => s.Principals.Count > 0)) throw Malformed("Policy document should not specify a principal.");
        Role(input, caller).Policies[input.Required("PolicyName")] = document;
        return null;
    }

    private XElement GetRolePolicy(QueryInput input, Caller caller)
    {
        var role = Role(input, caller);
        var name = input.Required("PolicyName");
        return role.Policies.TryGetValue(name, out var document)
            ? Result(new XElement("RoleName", role.Name), new XElement("PolicyName", name), new XElement("PolicyDocument", Uri.EscapeDataString(document)))
            : throw NoSuchPolicy(name);
    }

    private XElement? DeleteRolePolicy(QueryInput input, Caller caller)
    {
        var name = input.Required("PolicyName");
        return Role(input, caller).Policies.TryRemove(name, out _) ? null : throw NoSuchPolicy(name);
    }

    private static AwsFault NoSuchPolicy(string name) => new("NoSuchEntity", $"The role policy with name {name} cannot be found.", StatusCodes.Status404NotFound);

    private static AwsFault Malformed(string why) => new("MalformedPolicyDocument", why);

    private static PolicyDocument Parsed(string document)
    {
        try
        {
            return PolicyDocument.Parse(document);
        }
        catch (FormatException wrong)
        {
            throw Malformed(wrong.Message);
        }
    }

    private static string TrustOf(string document)
    {
        var policy = Parsed(document);
        if (policy.Statements.Any(s => s.Resources is not null || s.NotResources is not null)) throw Malformed("Has prohibited field Resource.");
        if (policy.Statements.Any(s => s.Principals.Count == 0)) throw Malformed("Missing required field Principal");
        return OidcConditionKeys.Missing(policy) is { } missing ? throw Malformed(missing) : document;
    }

    private static void SetTags(EmulatedRole role, QueryInput input)
    {
        foreach (var tag in input.Items("Tags")) role.Tags[tag.Required("Key")] = tag.Get("Value") ?? "";
    }

    private static XElement TagsElement(IEnumerable<KeyValuePair<string, string>> tags) => new("Tags",
        tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new XElement("member", new XElement("Key", t.Key), new XElement("Value", t.Value))));

    private static XElement RoleElement(EmulatedRole role) => RoleElement(role, "Role");

    private static XElement RoleElement(EmulatedRole role, string name) => new(name,
        new XElement("Path", role.Path), new XElement("RoleName", role.Name), new XElement("RoleId", role.Id), new XElement("Arn", role.Arn),
        new XElement("CreateDate", XmlAnswer.Instant(role.Created)), new XElement("AssumeRolePolicyDocument", Uri.EscapeDataString(role.Trust)),
        role.Description is null ? null : new XElement("Description", role.Description), new XElement("MaxSessionDuration", role.MaxSessionDuration),
        role.Tags.IsEmpty ? null : TagsElement(role.Tags));
}
