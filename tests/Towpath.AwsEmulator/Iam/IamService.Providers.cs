using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Iam;

/// <summary>OpenID Connect providers.</summary>
internal sealed partial class IamService
{
    private void OnProviders()
    {
        On("CreateOpenIDConnectProvider", CreateProvider);
        On("GetOpenIDConnectProvider", GetProvider);
        On("ListOpenIDConnectProviders", (_, caller) => Result(new XElement("OpenIDConnectProviderList",
            State.Providers.Values.Where(p => p.Account == caller.Account).OrderBy(p => p.Arn, StringComparer.Ordinal)
                .Select(p => new XElement("member", new XElement("Arn", p.Arn))))));
        On("AddClientIDToOpenIDConnectProvider", (input, caller) =>
        {
            var ids = Provider(input, caller).ClientIds;
            lock (ids) ids.Add(input.Required("ClientID"));
            return null;
        });
        On("RemoveClientIDFromOpenIDConnectProvider", (input, caller) =>
        {
            var ids = Provider(input, caller).ClientIds;
            lock (ids) ids.Remove(input.Required("ClientID"));
            return null;
        });
        On("TagOpenIDConnectProvider", (input, caller) =>
        {
            foreach (var tag in input.Items("Tags")) Provider(input, caller).Tags[tag.Required("Key")] = tag.Get("Value") ?? "";
            return null;
        });
        On("DeleteOpenIDConnectProvider", (input, caller) =>
        {
            State.Providers.TryRemove(Provider(input, caller).Arn, out _);
            return null;
        });
    }

    private XElement CreateProvider(QueryInput input, Caller caller)
    {
        var url = input.Required("Url");
        if (!url.StartsWith("https://", StringComparison.Ordinal)) throw new AwsFault("ValidationError", "Invalid Open ID Connect Provider URL");
        var provider = new EmulatedOidcProvider(caller.Account, url) { Created = _world.Now };
        foreach (var id in input.List("ClientIDList")) provider.ClientIds.Add(id);
        provider.Thumbprints.AddRange(input.List("ThumbprintList"));
        foreach (var tag in input.Items("Tags")) provider.Tags[tag.Required("Key")] = tag.Get("Value") ?? "";
        if (!State.Providers.TryAdd(provider.Arn, provider))
            throw new AwsFault("EntityAlreadyExists", $"Provider with url {url} already exists.", StatusCodes.Status409Conflict);
        return Result(new XElement("OpenIDConnectProviderArn", provider.Arn));
    }

    private XElement GetProvider(QueryInput input, Caller caller)
    {
        var provider = Provider(input, caller);
        lock (provider.ClientIds)
            return Result(
                new XElement("Url", provider.Host),
                new XElement("ClientIDList", provider.ClientIds.Order(StringComparer.Ordinal).Select(c => new XElement("member", c))),
                new XElement("ThumbprintList", provider.Thumbprints.Select(t => new XElement("member", t))),
                new XElement("CreateDate", XmlAnswer.Instant(provider.Created)), TagsElement(provider.Tags));
    }

    private EmulatedOidcProvider Provider(QueryInput input, Caller caller)
    {
        var arn = input.Required("OpenIDConnectProviderArn");
        return State.Providers.TryGetValue(arn, out var provider) && provider.Account == caller.Account
            ? provider
            : throw new AwsFault("NoSuchEntity", $"OpenIDConnect Provider not found for arn {arn}", StatusCodes.Status404NotFound);
    }
}
