using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Towpath.Engine.Storage;

namespace Towpath.Server.Security.Keys;

/// <summary>Data-protection keys in the store's settings, shared by all replicas.</summary>
internal sealed class StoredKeys(IStore store) : IXmlRepository
{
    private const string Prefix = "data-protection/";

    // The interface is synchronous and is asked a few times in the life of a process; the pool's thread keeps the caller's context out of it.
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. Task.Run(() => store.Configuration.SettingsAsync(Prefix, CancellationToken.None)).GetAwaiter().GetResult().Values.Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName)
    {
        var change = new Change.SaveSetting(Prefix + friendlyName, element.ToString(SaveOptions.DisableFormatting));
        Task.Run(() => store.CommitAsync(new Commit { Changes = [change] }, CancellationToken.None)).GetAwaiter().GetResult();
    }
}

/// <summary>Puts the keys into the store, encrypted.</summary>
internal sealed class KeyManagement(IStore store, ProtectionKey key) : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options)
    {
        options.XmlRepository = new StoredKeys(store);
        options.XmlEncryptor = new SealingXml(key);
    }
}
