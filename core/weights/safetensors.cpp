// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/safetensors.h"

#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <system_error>

namespace continuo {
namespace {

static_assert(std::endian::native == std::endian::little, "tensor bytes are taken as they stand in memory");

constexpr std::uint64_t kLengthBytes = 8;
/// The format's own limit on the header.
constexpr std::uint64_t kHeaderLimit = 100'000'000;
constexpr std::size_t kRankLimit = 32;
constexpr std::string_view kMetadataName = "__metadata__";

/// Bytes of one element, or nothing for a dtype this program does not know.
std::optional<std::uint64_t> elementBytes(std::string_view dtype)
{
    if (dtype == "BOOL" || dtype == "U8" || dtype == "I8" || dtype == "F8_E5M2" || dtype == "F8_E4M3")
        return 1;
    if (dtype == "I16" || dtype == "U16" || dtype == "F16" || dtype == "BF16")
        return 2;
    if (dtype == "I32" || dtype == "U32" || dtype == "F32")
        return 4;
    if (dtype == "I64" || dtype == "U64" || dtype == "F64")
        return 8;
    return std::nullopt;
}

/// Bytes of a tensor, or nothing where they do not fit into 64 bits.
std::optional<std::uint64_t> tensorBytes(const std::vector<std::int64_t>& shape, std::uint64_t element)
{
    std::uint64_t total = element;
    bool empty = false;
    for (const std::int64_t size : shape) {
        const auto count = static_cast<std::uint64_t>(size);
        if (count == 0) {
            empty = true;
            continue;
        }
        if (total > std::numeric_limits<std::uint64_t>::max() / count)
            return std::nullopt;
        total *= count;
    }
    return empty ? 0 : total;
}

Error refused(std::string id, const std::string& file, const std::string& why, Error::Arguments more = {})
{
    Error error{ErrorKind::Refused, std::move(id), file + ": " + why, {{"file", file}}};
    error.arguments.insert(error.arguments.end(), more.begin(), more.end());
    return error;
}

struct HeaderTensor
{
    std::string dtype{};
    std::vector<std::int64_t> shape{};
    std::vector<std::uint64_t> offsets{};
    bool hasDtype = false;
    bool hasShape = false;
    bool hasOffsets = false;
};

struct Header
{
    std::map<std::string, std::string> metadata{};
    std::map<std::string, HeaderTensor> tensors{};
};

/// Takes the header apart while it is read, so that nothing but the one allowed form is ever kept: an object of objects,
/// three levels deep at most.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json>
{
public:
    Header header{};
    std::string problem{};

    bool null() override { return fail("null"); }
    bool boolean(bool) override { return fail("true or false"); }
    bool number_float(number_float_t, const string_t&) override { return fail("a fraction"); }
    bool binary(binary_t&) override { return fail("binary content"); }

    bool number_integer(number_integer_t) override
    {
        return fail("a negative number");
    }

    bool number_unsigned(number_unsigned_t value) override
    {
        if (m_place == Place::Shape) {
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
                return fail("a size beyond 63 bits");
            if (m_tensor->shape.size() == kRankLimit)
                return fail("more than 32 dimensions");
            m_tensor->shape.push_back(static_cast<std::int64_t>(value));
            return true;
        }
        if (m_place == Place::Offsets) {
            if (m_tensor->offsets.size() == 2)
                return fail("more than two offsets");
            m_tensor->offsets.push_back(value);
            return true;
        }
        return fail("a number");
    }

    bool string(string_t& value) override
    {
        if (m_place == Place::Metadata) {
            header.metadata[m_key] = std::move(value);
            return true;
        }
        if (m_place == Place::Tensor && m_key == "dtype") {
            m_tensor->dtype = std::move(value);
            return true;
        }
        return fail("text");
    }

    bool start_object(std::size_t) override
    {
        if (m_place == Place::Start) {
            m_place = Place::Top;
            return true;
        }
        if (m_place == Place::Top) {
            if (m_key == kMetadataName) {
                if (m_metadataSeen)
                    return fail("a second " + std::string(kMetadataName));
                m_metadataSeen = true;
                m_place = Place::Metadata;
                return true;
            }
            const auto [where, isNew] = header.tensors.try_emplace(m_key);
            if (!isNew)
                return fail("a second tensor of that name");
            m_tensor = &where->second;
            m_place = Place::Tensor;
            return true;
        }
        return fail("an object");
    }

    bool key(string_t& value) override
    {
        m_key = std::move(value);
        if (m_place == Place::Top)
            m_name = m_key;
        if (m_place == Place::Metadata && header.metadata.contains(m_key))
            return fail("the same metadata key twice");
        if (m_place == Place::Tensor) {
            bool* seen = m_key == "dtype"          ? &m_tensor->hasDtype
                         : m_key == "shape"        ? &m_tensor->hasShape
                         : m_key == "data_offsets" ? &m_tensor->hasOffsets
                                                   : nullptr;
            if (seen == nullptr)
                return fail("an unknown member");
            if (*seen)
                return fail("the same member twice");
            *seen = true;
        }
        return true;
    }

    bool end_object() override
    {
        if (m_place == Place::Tensor && !(m_tensor->hasDtype && m_tensor->hasShape && m_tensor->offsets.size() == 2)) {
            m_key.clear();
            return fail("a tensor without dtype, shape and two data_offsets");
        }
        m_place = m_place == Place::Top ? Place::End : Place::Top;
        return true;
    }

    bool start_array(std::size_t) override
    {
        if (m_place == Place::Tensor && m_key == "shape")
            m_place = Place::Shape;
        else if (m_place == Place::Tensor && m_key == "data_offsets")
            m_place = Place::Offsets;
        else
            return fail("an array");
        return true;
    }

    bool end_array() override
    {
        m_place = Place::Tensor;
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override
    {
        if (problem.empty())
            problem = "its header is not JSON in UTF-8 (byte " + std::to_string(kLengthBytes + position) + ")";
        return false;
    }

private:
    enum class Place
    {
        Start,
        Top,
        Metadata,
        Tensor,
        Shape,
        Offsets,
        End
    };

    bool fail(const std::string& what)
    {
        problem = "its header holds " + what;
        if (!m_name.empty())
            problem += " at \"" + m_name + (m_key.empty() || m_key == m_name ? "" : "." + m_key) + "\"";
        problem += ", which the format does not allow";
        return false;
    }

    Place m_place = Place::Start;
    std::string m_key{};
    std::string m_name{};
    HeaderTensor* m_tensor = nullptr;
    bool m_metadataSeen = false;
};

/// The length of the header that the first eight bytes announce, checked against the file.
Result<std::uint64_t> headerLength(std::span<const std::uint8_t> start, std::uint64_t fileBytes, const std::string& file)
{
    const std::string notOne =
        "this is not a safetensors file. Model files are made by \"continuo train\" and end in .safetensors.";
    if (fileBytes == 0)
        return refused("safetensors.not-one", file, "the file is empty; " + notOne);
    if (start.size() < kLengthBytes + 1 || start[kLengthBytes] != '{')
        return refused("safetensors.not-one", file, notOne);
    std::uint64_t length = 0;
    std::memcpy(&length, start.data(), kLengthBytes);
    if (length > kHeaderLimit)
        return refused("safetensors.bad-header", file,
                       "its header claims " + std::to_string(length) + " bytes, more than the format's limit of "
                           + std::to_string(kHeaderLimit) + ".",
                       {{"bytes", std::to_string(length)}});
    if (length > fileBytes - kLengthBytes)
        return refused("safetensors.truncated", file,
                       "the file ends inside its header: " + std::to_string(length) + " bytes are announced and "
                           + std::to_string(fileBytes - kLengthBytes) + " are there. Copy it again from where it came.",
                       {{"bytes", std::to_string(length)}});
    return length;
}

Result<Header> readHeader(std::span<const std::uint8_t> json, std::uint64_t dataBytes, const std::string& file)
{
    HeaderReader reader;
    if (!nlohmann::json::sax_parse(json.begin(), json.end(), &reader))
        return refused("safetensors.bad-header", file, reader.problem + ".");
    std::vector<std::pair<const std::string*, const HeaderTensor*>> order;
    for (const auto& [name, tensor] : reader.header.tensors) {
        const auto bad = [&, &tensorName = name](const std::string& why) {
            return refused("safetensors.bad-tensor", file, "tensor \"" + tensorName + "\" " + why + ".",
                           {{"tensor", tensorName}});
        };
        const std::optional<std::uint64_t> element = elementBytes(tensor.dtype);
        if (!element)
            return bad("has the unknown dtype \"" + tensor.dtype + "\"");
        const std::optional<std::uint64_t> bytes = tensorBytes(tensor.shape, *element);
        if (tensor.offsets[1] < tensor.offsets[0])
            return bad("ends before it begins");
        if (!bytes || *bytes != tensor.offsets[1] - tensor.offsets[0])
            return bad("has a shape that does not fit its "
                       + std::to_string(tensor.offsets[1] - tensor.offsets[0]) + " bytes");
        order.emplace_back(&name, &tensor);
    }
    std::ranges::sort(order, [](const auto& a, const auto& b) { return a.second->offsets < b.second->offsets; });
    std::uint64_t end = 0;
    for (const auto& [name, tensor] : order) {
        if (tensor->offsets[0] != end)
            return refused("safetensors.bad-tensor", file,
                           "tensor \"" + *name + "\" begins at byte " + std::to_string(tensor->offsets[0])
                               + (tensor->offsets[0] < end ? ", inside the one before it." : ", after a gap."),
                           {{"tensor", *name}});
        end = tensor->offsets[1];
    }
    if (end > dataBytes)
        return refused("safetensors.truncated", file,
                       "the file ends inside its tensors: " + std::to_string(end) + " bytes are announced and "
                           + std::to_string(dataBytes) + " are there. Copy it again from where it came.",
                       {{"bytes", std::to_string(end)}});
    if (end < dataBytes)
        return refused("safetensors.bad-tensor", file,
                       std::to_string(dataBytes - end) + " bytes at its end belong to no tensor.",
                       {{"bytes", std::to_string(dataBytes - end)}});
    return std::move(reader.header);
}

TensorFile withoutBytes(Header&& header)
{
    TensorFile file;
    file.metadata = std::move(header.metadata);
    for (auto& [name, tensor] : header.tensors)
        file.tensors[name] = Tensor{std::move(tensor.dtype), std::move(tensor.shape), {}};
    return file;
}

} // namespace

Tensor floatTensor(std::span<const float> values, std::vector<std::int64_t> shape)
{
    assert(tensorBytes(shape, sizeof(float)) == values.size_bytes());
    const auto bytes = std::as_bytes(values);
    return {"F32", std::move(shape), {bytes.begin(), bytes.end()}};
}

std::vector<float> floatValues(const Tensor& tensor)
{
    assert(tensor.dtype == "F32");
    std::vector<float> values(tensor.bytes.size() / sizeof(float));
    if (!values.empty())
        std::memcpy(values.data(), tensor.bytes.data(), values.size() * sizeof(float));
    return values;
}

Result<TensorFile> readTensorFile(const std::filesystem::path& path)
{
    const Result<std::vector<std::uint8_t>> bytes = readFile(path);
    if (!bytes)
        return bytes.error();
    return parseTensorFile(*bytes, readablePath(path));
}

Result<TensorFile> parseTensorFile(std::span<const std::uint8_t> bytes, const std::string& nameForErrors)
{
    const Result<std::uint64_t> length = headerLength(bytes, bytes.size(), nameForErrors);
    if (!length)
        return length.error();
    const auto json = bytes.subspan(kLengthBytes, *length);
    const auto contents = bytes.subspan(kLengthBytes + *length);
    Result<Header> header = readHeader(json, contents.size(), nameForErrors);
    if (!header)
        return header.error();
    std::map<std::string, std::uint64_t> begins;
    for (const auto& [name, tensor] : header->tensors)
        begins[name] = tensor.offsets[0];
    TensorFile file = withoutBytes(std::move(*header));
    for (auto& [name, tensor] : file.tensors) {
        const std::uint64_t size = *tensorBytes(tensor.shape, *elementBytes(tensor.dtype));
        const auto part = std::as_bytes(contents.subspan(begins[name], size));
        tensor.bytes.assign(part.begin(), part.end());
    }
    return file;
}

Result<TensorFile> readTensorFileHeader(const std::filesystem::path& path)
{
    std::error_code failure;
    const std::uint64_t fileBytes = std::filesystem::file_size(path, failure);
    if (failure)
        return fileError(failure.value(), path, "read");
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    const auto read = [&stream](std::vector<std::uint8_t>& into) {
        return static_cast<bool>(
            stream.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size())));
    };
    std::vector<std::uint8_t> start(std::min<std::uint64_t>(fileBytes, kLengthBytes + 1));
    if (!stream || !read(start))
        return fileError(errno != 0 ? errno : EIO, path, "read");
    const std::string name = readablePath(path);
    const Result<std::uint64_t> length = headerLength(start, fileBytes, name);
    if (!length)
        return length.error();
    std::vector<std::uint8_t> json(*length);
    stream.seekg(static_cast<std::streamoff>(kLengthBytes));
    if (!read(json))
        return fileError(errno != 0 ? errno : EIO, path, "read");
    Result<Header> header = readHeader(json, fileBytes - kLengthBytes - *length, name);
    if (!header)
        return header.error();
    return withoutBytes(std::move(*header));
}

Status writeTensorFile(const std::filesystem::path& path, const TensorFile& file, Overwrite overwrite)
{
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!file.metadata.empty())
        header[std::string(kMetadataName)] = file.metadata;
    std::uint64_t end = 0;
    for (const auto& [name, tensor] : file.tensors) {
        assert(name != kMetadataName && isUtf8(name));
        assert(elementBytes(tensor.dtype) && tensorBytes(tensor.shape, *elementBytes(tensor.dtype)) == tensor.bytes.size());
        const std::uint64_t begin = end;
        end += tensor.bytes.size();
        header[name] = {{"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
    }
    std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    // The format wants tensors to begin at a multiple of eight and lets spaces fill the header up.
    text.append((8 - text.size() % 8) % 8, ' ');
    const std::uint64_t length = text.size();
    std::array<std::uint8_t, kLengthBytes> lengthBytes{};
    std::memcpy(lengthBytes.data(), &length, kLengthBytes);

    Result<WholeFileWriter> writer = WholeFileWriter::open(path, overwrite);
    if (!writer)
        return writer.error();
    if (Status status = writer->write(lengthBytes); !status)
        return status;
    if (Status status = writer->write(text); !status)
        return status;
    for (const auto& [name, tensor] : file.tensors) {
        const std::span<const std::uint8_t> bytes{reinterpret_cast<const std::uint8_t*>(tensor.bytes.data()),
                                                  tensor.bytes.size()};
        if (Status status = writer->write(bytes); !status)
            return status;
    }
    return writer->commit();
}

} // namespace continuo
