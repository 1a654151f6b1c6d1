// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/tensor_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace continuo {

std::vector<float> TensorReader::values(const std::string& name,
                                        const std::vector<std::int64_t>& shape)
{
    if (m_error)
        return {};
    const auto found = m_tensors.find(name);
    if (found == m_tensors.end()) {
        fail("model.missing-tensor", name, "is missing");
        return {};
    }
    const Tensor& tensor = found->second;
    if (tensor.dtype != "F32") {
        fail("model.wrong-dtype", name, fmt::format("holds {} instead of F32", tensor.dtype));
        return {};
    }
    if (tensor.shape != shape) {
        fail("model.wrong-shape", name,
             fmt::format("has the shape [{}] instead of [{}]", fmt::join(tensor.shape, ", "),
                         fmt::join(shape, ", ")));
        return {};
    }
    std::vector<float> values = floatValues(tensor);
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
        fail("model.not-finite", name, "holds values that are not numbers (nan or inf)");
        return {};
    }
    return values;
}

void TensorReader::fail(const char* id, const std::string& tensor, const std::string& what)
{
    m_error = Error{
        ErrorKind::Refused,
        id,
        fmt::format(
            "{}: the tensor \"{}\" {}. The file is damaged or does not fit its own description; "
            "get it again from where it came.",
            m_file, tensor, what),
        {{"file", m_file}, {"tensor", tensor}}};
}

} // namespace continuo
