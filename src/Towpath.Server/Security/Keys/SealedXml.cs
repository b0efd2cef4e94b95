using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Towpath.Server.Security.Keys;

/// <summary>The key file's key, for data-protection keys: AES-256-GCM.</summary>
public sealed record ProtectionKey(byte[] Value);

/// <summary>Encrypts data-protection keys before they go into the store.</summary>
internal sealed class SealingXml(ProtectionKey key) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        var tag = new byte[AesGcm.TagByteSizes.MaxSize];
        var cipher = new byte[plain.Length];
        using var aes = new AesGcm(key.Value, tag.Length);
        aes.Encrypt(nonce, plain, cipher, tag);
        var value = Convert.ToBase64String([.. nonce, .. tag, .. cipher]);
        return new EncryptedXmlInfo(new XElement("sealed", value), typeof(OpeningXml));
    }
}

/// <summary>Made by data protection from the type's name in the stored key.</summary>
internal sealed class OpeningXml(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var bytes = Convert.FromBase64String(encryptedElement.Value).AsSpan();
        var (nonceSize, tagSize) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        var plain = new byte[bytes.Length - nonceSize - tagSize];
        using var aes = new AesGcm(services.GetRequiredService<ProtectionKey>().Value, tagSize);
        aes.Decrypt(bytes[..nonceSize], bytes[(nonceSize + tagSize)..], bytes.Slice(nonceSize, tagSize), plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}
