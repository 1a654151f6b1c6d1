// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/weights/safetensors.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

/// Takes tensors out of a model file, checked; the first error stays. The file's tensors and name
/// must outlive it. Errors (kind Refused): model.missing-tensor, model.wrong-dtype,
/// model.wrong-shape, model.not-finite; each names the file and the tensor.
class TensorReader
{
public:
    TensorReader(const std::map<std::string, Tensor>& tensors, const std::string& file)
        : m_tensors(tensors)
        , m_file(file)
    {
    }

    /// Row-major values of a float tensor; empty after an error.
    std::vector<float> values(const std::string& name, const std::vector<std::int64_t>& shape);

    const std::optional<Error>& error() const { return m_error; }

private:
    void fail(const char* id, const std::string& tensor, const std::string& what);

    const std::map<std::string, Tensor>& m_tensors;
    const std::string& m_file;
    std::optional<Error> m_error{};
};

} // namespace continuo
