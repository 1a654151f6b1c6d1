# SPDX-License-Identifier: GPL-3.0-or-later
# Finds libtorch and defines Libtorch::Cpu: unpacked from the torch wheel at Libtorch_ROOT (<root>/torch/{include,lib} and
# <root>/nvidia/cu13/lib, as packaging/setup leaves it in the user's cache), or the distribution's libtorch-dev where
# Libtorch_ROOT is "system". The wheel's own TorchConfig.cmake wants the CUDA toolkit even where nothing of it is used;
# this does not.
if(NOT Libtorch_ROOT)
    if(DEFINED ENV{XDG_CACHE_HOME})
        set(_cache $ENV{XDG_CACHE_HOME})
    else()
        set(_cache $ENV{HOME}/.cache)
    endif()
    foreach(_kind cuda cpu)
        if(EXISTS ${_cache}/continuo/libtorch-2.11.0-${_kind}/torch/include)
            set(Libtorch_ROOT ${_cache}/continuo/libtorch-2.11.0-${_kind})
            break()
        endif()
    endforeach()
endif()
if(Libtorch_ROOT STREQUAL "system")
    find_path(Libtorch_INCLUDE_DIR torch/csrc/api/include/torch/version.h)
    find_library(Libtorch_CPU_LIBRARY torch_cpu)
    find_library(Libtorch_C10_LIBRARY c10)
else()
    find_path(Libtorch_INCLUDE_DIR torch/csrc/api/include/torch/version.h
        PATHS ${Libtorch_ROOT} PATH_SUFFIXES torch/include NO_DEFAULT_PATH)
    find_library(Libtorch_CPU_LIBRARY torch_cpu PATHS ${Libtorch_ROOT} PATH_SUFFIXES torch/lib NO_DEFAULT_PATH)
    find_library(Libtorch_C10_LIBRARY c10 PATHS ${Libtorch_ROOT} PATH_SUFFIXES torch/lib NO_DEFAULT_PATH)
endif()
if(Libtorch_INCLUDE_DIR)
    # The parts of the number moved to the first header in 2.9.
    foreach(_header ${Libtorch_INCLUDE_DIR}/torch/headeronly/version.h
                    ${Libtorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h)
        if(EXISTS ${_header} AND NOT Libtorch_VERSION)
            file(STRINGS ${_header} _lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]")
            list(TRANSFORM _lines REPLACE ".* ([0-9]+)$" "\\1")
            list(JOIN _lines "." Libtorch_VERSION)
        endif()
    endforeach()
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libtorch
    REQUIRED_VARS Libtorch_CPU_LIBRARY Libtorch_C10_LIBRARY Libtorch_INCLUDE_DIR
    VERSION_VAR Libtorch_VERSION
    REASON_FAILURE_MESSAGE "run packaging/setup build, which brings it, or pass -DLibtorch_ROOT=<folder>")
if(Libtorch_FOUND AND NOT TARGET Libtorch::Cpu)
    add_library(Libtorch::Cpu SHARED IMPORTED)
    set_target_properties(Libtorch::Cpu PROPERTIES
        IMPORTED_LOCATION ${Libtorch_CPU_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES "${Libtorch_INCLUDE_DIR};${Libtorch_INCLUDE_DIR}/torch/csrc/api/include"
        INTERFACE_LINK_LIBRARIES "${Libtorch_C10_LIBRARY}")
    if(NOT Libtorch_ROOT STREQUAL "system")
        # libcudart and libcupti are found at run time through the rpath, not at link time; the old tag also serves
        # libtorch's own needs.
        set_target_properties(Libtorch::Cpu PROPERTIES INTERFACE_LINK_OPTIONS
            "LINKER:--allow-shlib-undefined;LINKER:--disable-new-dtags;LINKER:-rpath,${Libtorch_ROOT}/torch/lib;LINKER:-rpath,${Libtorch_ROOT}/nvidia/cu13/lib")
    endif()
endif()
